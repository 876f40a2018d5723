/** An application that logs and then ends in the way its second argument names. The first is the audit folder. */
import { initAuditLogger } from '../../../../src/index.ts'
import type { AuditLogger } from '../../../../src/index.ts'

const [, , dir = '', way = '', ...more] = process.argv

// A listener that is there before Kansa, and only once.
if (way === 'once-before') process.once('SIGTERM', endSoon)
if (way === 'exit-listener-before') process.on('exit', logAtExit)

const audit: AuditLogger = initAuditLogger({
  dir,
  ...(way === 'otlp' && { otlp: { url: more[0] ?? '' } }),
})
audit.logToolCall({ toolName: 'first' })

/** What an application does when it is asked to stop: finishes its work, then ends as it likes. */
function endSoon(): void {
  audit.logToolCall({ toolName: 'in-listener' })
  setTimeout(() => {
    audit.logToolCall({ toolName: 'after-listener' })
    process.exit(0)
  }, 20)
}

function logAtExit(): void {
  audit.logToolCall({ toolName: 'at-exit' })
}

function stayAlive(): void {
  setInterval(() => {}, 60_000)
  process.stdout.write('ready\n')
}

switch (way) {
  case 'end':
  case 'otlp':
    break
  case 'exit':
    process.exit()
  case 'exit-3':
    process.exit(3)
  case 'exit-code-5':
    process.exitCode = 5
    break
  case 'exit-listener-before':
    process.exit()
  case 'exit-listener-after':
    process.on('exit', logAtExit)
    // Ours moves behind it at the end of the turn.
    setImmediate(() => process.exit())
    break
  case 'alive':
  case 'once-before':
    stayAlive()
    break
  case 'own-listener':
    process.on('SIGTERM', endSoon)
    stayAlive()
    break
  case 'own-listener-stays':
    process.on('SIGTERM', () => audit.logToolCall({ toolName: 'in-listener' }))
    stayAlive()
    break
  case 'shutdown-then-exit':
    void audit.shutdown()
    process.exit()
  case 'shutdown':
    await audit.shutdown()
    break
  case 'throw':
    setImmediate(() => {
      audit.logToolCall({ toolName: 'before-throw' })
      throw new Error('the agent broke')
    })
    break
  case 'reject':
    void Promise.reject(new Error('the agent broke'))
    break
  case 'caught':
    process.on('uncaughtException', () => audit.logToolCall({ toolName: 'in-listener' }))
    setImmediate(() => {
      throw new Error('the agent broke')
    })
    break
  case 'kill-after-turn':
    setImmediate(() => process.kill(process.pid, 'SIGKILL'))
    break
  case 'burst-then-kill':
    for (let i = 0; i < 20_000; i++) audit.logToolCall({ toolName: 'burst' })
    setImmediate(() => process.kill(process.pid, 'SIGKILL'))
    break
  default:
    throw new Error(`unknown way to end: ${way}`)
}
