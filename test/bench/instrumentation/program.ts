/**
 * One run of the instrumentation suite: `node program.ts '<RunSettings as JSON>'`. Two processes run the same program, one
 * with `--import kansa/register`, in turns and never at once; a third is the model server.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from '../statistics.ts'
import type { RunSettings, Values } from '../suite.ts'
import type { Ask, Took } from './agent.ts'
import { Child } from './child.ts'

const AGENT = fileURLToPath(new URL('agent.ts', import.meta.url))
const SERVER = fileURLToPath(new URL('server.ts', import.meta.url))
const REGISTER = fileURLToPath(import.meta.resolve('kansa/register'))
const FEW = 5
const WARM_UP_BLOCKS = 10

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
  const { blocks = 0, calls = 0, toolCalls = 0 } = counts
  const server = await Child.start(SERVER, [], [], {})
  const args = [subject, (server.greeting as { url: string }).url]
  const audit = { KANSA_DIR: join(dir, 'audit'), KANSA_INSTRUMENTATIONS: subject, KANSA_MIN_FREE_BYTES: '0' }
  const plain = await Child.start(AGENT, args, [], {})
  const audited = await Child.start(AGENT, args, ['--import', REGISTER], audit)
  const ask = async (what: Ask): Promise<Pair> => ({
    without: (await plain.ask<Took>(what)).micros,
    with: (await audited.ask<Took>(what)).micros,
  })
  const pairs: Pair[] = []
  for (let block = -WARM_UP_BLOCKS; block < blocks; block++) {
    const pair = scenario === 'tool-call' ? await toolCallPair(ask, calls, toolCalls) : await ask({ calls })
    if (block >= 0) pairs.push(pair)
  }
  await Promise.all([plain.end(), audited.end()])
  server.stop()
  const made = (blocks + WARM_UP_BLOCKS) * calls * (scenario === 'tool-call' ? toolCalls + FEW : 1)
  return {
    addedMicros: median(pairs.map(pair => pair.with - pair.without)),
    leastMicros: Math.min(...pairs.map(pair => pair.with)) - Math.min(...pairs.map(pair => pair.without)),
    withMicros: median(pairs.map(pair => pair.with)),
    withoutMicros: median(pairs.map(pair => pair.without)),
    calls: made,
    recorded: recordedIn(dir, scenario === 'tool-call' ? 'ToolCall' : 'ApiCall'),
  }
}

/** What each further call of a turn takes: model calls and the turn itself are in both. */
async function toolCallPair(ask: (what: Ask) => Promise<Pair>, calls: number, toolCalls: number): Promise<Pair> {
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
