/**
 * An agent that logs through the public interface, turn by turn, and says on standard output, at once, what it was
 * promised: `turn <ids>` after a turn, `sealed <id>` when a flush stands for it, `stored <id>`, `refused <id> <code>`,
 * `error <code> <message>`.
 * Standard input: `open`, `log <turns>`, `run` (until `stop`), `flush`, `stop`, `clock <millis>` (set it forward by so
 * much), `eat` (all memory); each is answered by `done <word> …`.
 */
import { createInterface } from 'node:readline'
import { createAuditLogger, KansaError } from '../../../src/index.ts'
import type { AuditLogger, AuditReceipt } from '../../../src/index.ts'
import { messageOf } from '../../../src/errors.ts'
import type { AgentPlan } from '../support/agent-process.ts'
import { say } from './say.ts'

const plan: AgentPlan = JSON.parse(process.argv[2] ?? '{}')
const output = 'x'.repeat(plan.outputLength)
const RealDate = Date
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

async function obey(word: string, amount: number): Promise<string> {
  if (word === 'open') return open()
  if (word === 'clock') setClock(amount)
  if (word === 'eat') eat()
  if (word === 'clock' || word === 'eat') return ''
  if (audit === undefined) throw new Error('no logger is open')
  if (word === 'log') for (let turn = 0; turn < amount; turn++) await takeTurn(audit)
  if (word === 'run') for (let producer = 0; producer < plan.producers; producer++) void run(audit)
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

/** Flushes now and then, and goes on logging meanwhile. */
async function run(audit: AuditLogger): Promise<void> {
  for (let turn = 0; !stopping.signal.aborted; turn++) {
    const id = await takeTurn(audit)
    if (turn % 10 === 0) {
      void audit.flush().then(
        () => say(`sealed ${id}`),
        () => {},
      )
    }
  }
}

/** Logs and waits for the end of the turn; what it says then survives `kill -9`, if the disk works. */
async function takeTurn(audit: AuditLogger): Promise<string> {
  const receipts = Array.from({ length: plan.recordsPerTurn }, () =>
    audit.logToolCall({ toolName: 'shell', callId: String(count++), success: true, durationMs: 1, parameters: output }),
  )
  for (const receipt of receipts) void follow(receipt)
  await new Promise(resolve => setImmediate(resolve))
  say(`turn ${receipts.map(receipt => receipt.id).join(' ')}`)
  await new Promise(resolve => setTimeout(resolve, plan.pauseMillis))
  return receipts.at(-1)?.id ?? ''
}

async function follow({ id, stored }: AuditReceipt): Promise<void> {
  try {
    await stored
    say(`stored ${id}`)
  } catch (error) {
    say(`refused ${id} ${codeOf(error)}`)
  }
}

/** The wall clock only, as setting it does. */
function setClock(offsetMillis: number): void {
  const now = (): number => Math.round(performance.timeOrigin + performance.now() + offsetMillis)
  class SetDate extends RealDate {
    constructor(value: number | string | Date = now()) {
      super(value)
    }
    static override now(): number {
      return now()
    }
  }
  Object.defineProperty(globalThis, 'Date', { value: SetDate, configurable: true, writable: true })
}

function eat(): void {
  const eaten: Buffer[] = []
  setInterval(() => eaten.push(Buffer.alloc(8 * 1024 * 1024, 1)), 1)
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
