/** One run in a process of its own, so that heaps, compiled code and open files do not mix. */
import { execFile } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { RunSettings, Values } from './suite.ts'

const TIMEOUT_MILLIS = 10 * 60_000
// The same for everybody; collecting garbage on demand is for what stays in memory.
const NODE_FLAGS = ['--expose-gc', '--disable-warning=ExperimentalWarning']

const run = promisify(execFile)

/**
 * The program's values, and `othersCpuShare`: the part of all processors that was used by anything else meanwhile.
 * @throws Error with what the program said when it failed.
 */
export async function runProgram(program: URL, settings: RunSettings): Promise<Values> {
  const args = [...NODE_FLAGS, fileURLToPath(program), JSON.stringify(settings)]
  const options = { env: cleanEnvironment(), timeout: TIMEOUT_MILLIS, cwd: settings.dir }
  const before = processorTimes()
  const { stdout } = await run(process.execPath, args, options)
  const after = processorTimes()
  const { cpuMillis, values } = JSON.parse(stdout) as { cpuMillis: number; values: Values }
  const busy = after.busy - before.busy
  return { ...values, othersCpuShare: Math.max(0, busy - cpuMillis) / (after.total - before.total) }
}

/** Milliseconds of all processors together since the system started. */
function processorTimes(): { busy: number; total: number } {
  const times = cpus().map(cpu => cpu.times)
  const busy = times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, 0)
  return { busy, total: times.reduce((sum, { idle }) => sum + idle, busy) }
}

/** Nothing of the caller's settings reaches what is measured. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(?:OTEL_|KANSA_|NODE_|npm_)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}
