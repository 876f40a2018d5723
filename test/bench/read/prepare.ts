/** Makes the journal that everybody reads, and finds out who is there to read it. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Prepared, PrepareRequest } from '../suite.ts'
import { keepAnswers } from './answers.ts'
import { duckdbVersion, installDuckdb } from './install-duckdb.ts'
import { makeJournal } from './journal/make-journal.ts'

/** Kansa's default. */
const FILE_BYTES = 100 * 1024 * 1024
const QUICK_FILE_BYTES = 800_000

const run = promisify(execFile)

/** Where the journal is in what the runs share. */
export function journalIn(shared: string): string {
  return join(shared, 'journal')
}

export async function prepareReading({ folder, quick, subjects }: PrepareRequest): Promise<Prepared> {
  const versions: Record<string, string> = {}
  const leftOut = new Map<string, string>()
  const look = async (needed: readonly string[], name: string, version: () => Promise<string>): Promise<void> => {
    const wanted = needed.filter(subject => subjects.has(subject))
    if (wanted.length === 0) return
    try {
      versions[name] = await version()
    } catch (error) {
      for (const subject of wanted) leftOut.set(subject, error instanceof Error ? error.message : String(error))
    }
  }
  await look(['jq', 'tail-jq'], 'jq', async () => (await run('jq', ['--version'])).stdout.trim().replace(/^jq-/, ''))
  await look(['duckdb'], '@duckdb/node-api', async () => {
    await installDuckdb()
    return duckdbVersion()
  })
  const start = performance.now()
  const answers = makeJournal(journalIn(folder), quick ? QUICK_FILE_BYTES : FILE_BYTES)
  keepAnswers(folder, answers)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  process.stderr.write(`journal of ${answers.events} events, ${answers.bytes} bytes: made in ${seconds} s\n`)
  return { versions, leftOut }
}
