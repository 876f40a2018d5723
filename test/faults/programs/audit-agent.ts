/**
 * An agent that logs through the public interface, turn by turn, and says on standard output, at once, what it was
 * promised: `turn <ids>` after a turn, `stored <id>`, `refused <id> <code>`, `error <code> <message>`.
 * Standard input: `open`, `log <turns>`, `run` (until `stop`), `flush`, `stop`; each is answered by `done <word> …`.
 */
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createAuditLogger, KansaError } from '../../../src/index.ts'
import type { AuditLogger, AuditReceipt } from '../../../src/index.ts'
import { messageOf } from '../../../src/errors.ts'
import type { AgentPlan } from '../support/agent-process.ts'

const plan: AgentPlan = JSON.parse(process.argv[2] ?? '{}')
const output = 'x'.repeat(plan.outputLength)
let count = 0
const stopping = new AbortController()

process.on('uncaughtException', error => say(`thrown ${messageOf(error)}`))
process.on('unhandledRejection', error => say(`thrown ${messageOf(error)}`))
say('loaded audit-agent')
let audit: AuditLogger | undefined
for await (const command of createInterface({ input: process.stdin })) {
  const [word = '', argument] = command.split(' ')
  say(`done ${word}${await obey(word, Number(argument))}`)
  if (word === 'stop') process.exit(0)
}
// Whoever started it is gone.
process.exit(1)

async function obey(word: string, turns: number): Promise<string> {
  if (word === 'open') return open()
  if (audit === undefined) throw new Error('no logger is open')
  if (word === 'log') for (let turn = 0; turn < turns; turn++) await takeTurn(audit)
  if (word === 'run') void run(audit)
  if (word === 'stop') {
    stopping.abort()
    await audit.shutdown()
  }
  return word === 'flush' ? outcomeOf(audit.flush()) : ''
}

function open(): string {
  try {
    audit = createAuditLogger({ ...plan.options, onError: error => say(`error ${error.code} ${error.message}`) })
    return ' ok'
  } catch (error) {
    return ` ${codeOf(error)} ${messageOf(error)}`
  }
}

async function run(audit: AuditLogger): Promise<void> {
  while (!stopping.signal.aborted) await takeTurn(audit)
}

/** Logs and waits for the end of the turn; what it says then survives `kill -9`, if the disk works. */
async function takeTurn(audit: AuditLogger): Promise<void> {
  const receipts = Array.from({ length: plan.recordsPerTurn }, () =>
    audit.logToolCall({ toolName: 'shell', callId: String(count++), success: true, durationMs: 1, parameters: output }),
  )
  for (const receipt of receipts) void follow(receipt)
  await new Promise(resolve => setImmediate(resolve))
  say(`turn ${receipts.map(receipt => receipt.id).join(' ')}`)
  await new Promise(resolve => setTimeout(resolve, plan.pauseMillis))
}

async function follow({ id, stored }: AuditReceipt): Promise<void> {
  try {
    await stored
    say(`stored ${id}`)
  } catch (error) {
    say(`refused ${id} ${codeOf(error)}`)
  }
}

async function outcomeOf(flushing: Promise<void>): Promise<string> {
  try {
    await flushing
    return ' ok'
  } catch (error) {
    return ` ${codeOf(error)} ${messageOf(error)}`
  }
}

function codeOf(error: unknown): string {
  return error instanceof KansaError ? error.code : messageOf(error)
}

function say(text: string): void {
  writeSync(1, `${text}\n`)
}
