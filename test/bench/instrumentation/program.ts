/**
 * One run of the instrumentation suite: `node program.ts '<RunSettings as JSON>'`. Two processes run the same program, one
 * with `--import kansa/register`, in turns and never at once; a third is the model server.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, percentile } from '../statistics.ts'
import type { RunSettings, Values } from '../suite.ts'
import type { Ask, Took } from './agent.ts'
import { Child } from './child.ts'
import { DRIVERS } from './drivers.ts'

const AGENT = fileURLToPath(new URL('agent.ts', import.meta.url))
const SERVER = fileURLToPath(new URL('server.ts', import.meta.url))
const REGISTER = fileURLToPath(import.meta.resolve('kansa/register'))
const FEW = 5

/** What one call took in each of the two, measured right after one another. */
interface Pair {
  readonly without: number
  readonly with: number
}

const settings = JSON.parse(process.argv[2] ?? '{}') as RunSettings
const values = await measure(settings)
const { user, system } = process.cpuUsage()
process.stdout.write(JSON.stringify({ cpuMillis: (user + system) / 1000, values }))

async function measure({ scenario, subject, dir, counts }: RunSettings): Promise<Values> {
  const { warmUpCalls = 0, blocks = 0, calls = 0, toolCalls = 0 } = counts
  const server = await Child.start(SERVER, [], [], {})
  const args = [subject, (server.greeting as { url: string }).url, ...(scenario === 'warm-model-call' ? ['warm'] : [])]
  const audit = {
    ...DRIVERS[subject]?.env,
    KANSA_DIR: join(dir, 'audit'),
    KANSA_INSTRUMENTATIONS: subject,
    KANSA_MIN_FREE_BYTES: '0',
  }
  const plain = await Child.start(AGENT, args, [], {})
  const audited = await Child.start(AGENT, args, ['--import', REGISTER], audit)
  const isTool = scenario === 'tool-call'
  // Until both are compiled: what is compiled while it is measured is measured, too.
  for (const child of [plain, audited]) await child.ask({ calls: warmUpCalls, ...(isTool && { toolCalls }) })
  const pairs: Pair[] = []
  for (let block = 0; block < blocks; block++) {
    const ask = asking(plain, audited, block % 2 === 0)
    pairs.push(isTool ? await toolCallPair(ask, calls, toolCalls) : await ask({ calls }))
  }
  await Promise.all([plain.end(), audited.end()])
  server.stop()
  const made = isTool ? warmUpCalls * toolCalls + blocks * calls * (toolCalls + FEW) : warmUpCalls + blocks * calls
  const added = Float64Array.from(pairs, pair => pair.with - pair.without).toSorted()
  return {
    addedMicros: percentile(added, 0.5),
    addedLowMicros: percentile(added, 0.25),
    addedHighMicros: percentile(added, 0.75),
    leastMicros: Math.min(...pairs.map(pair => pair.with)) - Math.min(...pairs.map(pair => pair.without)),
    withMicros: median(pairs.map(pair => pair.with)),
    withoutMicros: median(pairs.map(pair => pair.without)),
    calls: made,
    recorded: recordedIn(dir, isTool ? 'ToolCall' : 'ApiCall'),
  }
}

type AskBoth = (what: Ask) => Promise<Pair>

/** One after the other; whoever is first in one block is second in the next, so that drift of the machine hits both alike. */
function asking(plain: Child, audited: Child, isPlainFirst: boolean): AskBoth {
  const of = async (child: Child, what: Ask): Promise<number> => (await child.ask<Took>(what)).micros
  return async what => {
    if (isPlainFirst) return { without: await of(plain, what), with: await of(audited, what) }
    const audit = await of(audited, what)
    return { without: await of(plain, what), with: audit }
  }
}

/** What each further call of a turn takes: model calls and the turn itself are in both. */
async function toolCallPair(ask: AskBoth, calls: number, toolCalls: number): Promise<Pair> {
  const few = await ask({ calls, toolCalls: FEW })
  const many = await ask({ calls, toolCalls })
  const share = (more: number, less: number): number => (more - less) / (toolCalls - FEW)
  return { without: share(many.without, few.without), with: share(many.with, few.with) }
}

function recordedIn(dir: string, kind: string): number {
  const lines = globSync('audit/**/audit*.jsonl', { cwd: dir }).flatMap(file =>
    readFileSync(join(dir, file), 'utf8').split('\n'),
  )
  return lines.filter(line => line.includes(`"event_type":{"type":"${kind}"`)).length
}
