/** One run in a process of its own, so that heaps, compiled code and open files do not mix. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { RunSettings, Values } from './suite.ts'

const TIMEOUT_MILLIS = 10 * 60_000
// The same for everybody; collecting garbage on demand is for what stays in memory.
const NODE_FLAGS = ['--expose-gc', '--disable-warning=ExperimentalWarning']

const run = promisify(execFile)

/** @throws Error with what the program said when it failed. */
export async function runProgram(program: URL, settings: RunSettings): Promise<Values> {
  const args = [...NODE_FLAGS, fileURLToPath(program), JSON.stringify(settings)]
  const options = { env: cleanEnvironment(), timeout: TIMEOUT_MILLIS, cwd: settings.dir }
  const { stdout } = await run(process.execPath, args, options)
  return JSON.parse(stdout) as Values
}

/** Nothing of the caller's settings reaches what is measured. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(?:OTEL_|KANSA_|NODE_|npm_)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}
