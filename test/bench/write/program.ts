/** One run of the write suite: `node program.ts '<RunSettings as JSON>'` prints its values and processor time as JSON. */
import type { Counts, RunSettings, Values } from '../suite.ts'
import { burst } from './scenarios/burst.ts'
import { latency } from './scenarios/latency.ts'
import { memory } from './scenarios/memory.ts'
import { throughput } from './scenarios/throughput.ts'
import { worstEvent } from './scenarios/worst-event.ts'
import type { OpenSubject, Subject } from './subject.ts'

type Scenario = (subject: Subject, dir: string, counts: Counts) => Promise<Values>

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  throughput,
  latency,
  memory,
  burst,
  'worst-event': worstEvent,
}

// Loaded when asked for: nobody carries the memory of the others.
const SUBJECTS: Readonly<Record<string, () => Promise<OpenSubject>>> = {
  kansa: async () => (await import('./subjects/kansa.ts')).openKansa,
  'kansa-in-run': async () => (await import('./subjects/kansa.ts')).openKansaInRun,
  'kansa-unredacted': async () => (await import('./subjects/kansa.ts')).openKansaUnredacted,
  'pino-async': async () => (await import('./subjects/pino-async.ts')).openPinoAsync,
  'pino-async-redact': async () => (await import('./subjects/pino-async-redact.ts')).openPinoAsyncRedact,
  'pino-worker': async () => (await import('./subjects/pino-transport.ts')).openPinoWorker,
  'pino-roll': async () => (await import('./subjects/pino-transport.ts')).openPinoRoll,
  winston: async () => (await import('./subjects/winston.ts')).openWinston,
  'stock-batch': async () => (await import('./subjects/stock-batch.ts')).openStockBatch,
  'input-generator': async () => (await import('./subjects/generators.ts')).openInputGenerator,
  'event-generator': async () => (await import('./subjects/generators.ts')).openEventGenerator,
}

const settings = JSON.parse(process.argv[2] ?? '{}') as RunSettings
const scenario = SCENARIOS[settings.scenario]
const load = SUBJECTS[settings.subject]
if (scenario === undefined || load === undefined)
  throw new Error(`no such run: ${settings.scenario} ${settings.subject}`)

// pino waits for a worker thread that does not keep the process alive.
const alive = setInterval(() => {}, 1000)
const open = await load()
const subject = await open(settings.dir)
const measure = (): Promise<Values> => scenario(subject, settings.dir, settings.counts)
const values = await (subject.surround?.(measure) ?? measure())
await subject.close?.()
clearInterval(alive)
const { user, system } = process.cpuUsage()
process.stdout.write(JSON.stringify({ cpuMillis: (user + system) / 1000, values }))
