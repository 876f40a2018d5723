/** Runs an agent of `programs/` beside a collector, and gathers every byte that leaves it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RawReceiver } from './raw-receiver.ts'

/** What the program is told. */
export interface AgentPlan {
  readonly dir: string
  readonly url: string
  /** For the collector: no business of anybody else's. */
  readonly otlpHeader: string
  /** Further options of the logger. */
  readonly options: object
}

/** Bytes that left the agent, by what they are. */
export type Traces = ReadonlyMap<string, Buffer>

export interface AgentRun {
  readonly dir: string
  readonly exitCode: number | null
  readonly traces: Traces
}

const DEADLINE_MILLIS = 60_000

/** Whoever calls it removes `dir`. */
export async function runAgent(program: string, options: object, otlpHeader: string): Promise<AgentRun> {
  const root = mkdtempSync(join(tmpdir(), 'kansa-privacy-'))
  const dir = join(root, 'audit')
  const collector = await new RawReceiver().start()
  try {
    const plan: AgentPlan = { dir, url: collector.url, otlpHeader, options }
    const path = fileURLToPath(new URL(`../programs/${program}.ts`, import.meta.url))
    const child = spawn(process.execPath, [path, JSON.stringify(plan)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: root,
    })
    const output: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
    const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MILLIS)
    const [exitCode]: (number | null)[] = await once(child, 'close')
    clearTimeout(deadline)
    const traces = new Map([
      ...filesBelow(root).map(file => [relative(root, file), readFileSync(file)] as const),
      ['standard output and error, with every message', Buffer.concat(output)],
      ['what the collector got', Buffer.concat(collector.bodies)],
    ])
    return { dir: root, exitCode: exitCode ?? null, traces }
  } finally {
    await collector.stop()
  }
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
}
