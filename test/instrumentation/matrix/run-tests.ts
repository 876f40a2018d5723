/** Runs test files in a process of its own, and counts. */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './tree.ts'

export interface Tally {
  readonly passed: number
  readonly failed: number
  /** Reasons that tests print, and the names of tests that were left out. */
  readonly skipped: readonly string[]
  /** What the tests printed. */
  readonly output: string
}

const MOCHA = join(ROOT, 'node_modules/mocha/bin/mocha.js')
const REPORTER = join(ROOT, 'test/support/counting-reporter.cjs')
const SUMMARY = /^(\d+) passed, (\d+) failed/m
const MOCHA_ARGS = [MOCHA, '--no-config', '--exit', '--timeout', '30000', '--forbid-only', '--reporter', REPORTER]

/** Those of one folder of `test/instrumentation`; without a summary of its own the run counts as one failure. */
export async function runTests(
  tree: string,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Tally> {
  const files = globSync(`test/instrumentation/${folder}/**/*.test.ts`, { cwd: tree }).toSorted()
  if (files.length === 0) return { passed: 0, failed: 1, skipped: [], output: `there are no tests of ${folder}\n` }
  const output = await outputOf([...MOCHA_ARGS, ...files], tree, env)
  const [, passed, failed] = SUMMARY.exec(output) ?? []
  const skipped = output.split('\n').flatMap(skippedIn)
  const counts = passed === undefined ? { passed: 0, failed: 1 } : { passed: Number(passed), failed: Number(failed) }
  return { ...counts, skipped: [...new Set(skipped)], output }
}

function skippedIn(line: string): string[] {
  const title = /^\s+- (.+)$/.exec(line)?.[1]
  if (title !== undefined) return [`not run: ${title}`]
  return line.startsWith('skipped: ') ? [line] : []
}

async function outputOf(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  return await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => resolve(output))
  })
}
