/** What `kansa verify` does with a journal. */
import { writerStateOf } from '../journal/writer-state.ts'
import { parseKeptCheckpoint } from '../verify/kept-checkpoint.ts'
import { worstStatus } from '../verify/report.ts'
import type { LogReport, LogStatus } from '../verify/report.ts'
import { findLogs, verifyFolder } from '../verify/verify-folder.ts'
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_TAMPERED } from './exit-codes.ts'
import { readGiven } from './given-file.ts'
import { givenKeys } from './given-keys.ts'
import type { KeyFlags } from './given-keys.ts'
import { say, writeData } from './output.ts'
import { Progress } from './progress.ts'
import { reportText } from './verify/report-text.ts'
import { forEyes } from './write-rows.ts'

export interface VerifyFlags extends KeyFlags {
  readonly dir: string
  readonly atLeast?: readonly string[]
  readonly json?: true
}

const EXITS: Readonly<Record<LogStatus, number>> = {
  intact: EXIT_DONE,
  incomplete: EXIT_INCOMPLETE,
  tampered: EXIT_TAMPERED,
}

/**
 * `--json` gives a `LogReport` for each log, on one line. The worst log decides the exit code.
 * @throws KansaError `KANSA_INVALID_KEY`, `KANSA_INVALID_CHECKPOINT`, `KANSA_FORMAT_NEWER`, `KANSA_UNREADABLE`
 */
export async function verify(flags: VerifyFlags): Promise<void> {
  const { dir, atLeast = [], json } = flags
  const given = givenKeys(flags)
  const kept = atLeast.map(path => parseKeptCheckpoint(readGiven(path), path))
  const progress = new Progress(findLogs(dir).reduce((sum, { bytes }) => sum + bytes, 0))
  const onBytes = (bytes: number): void => progress.add(bytes)
  let reports: readonly LogReport[]
  try {
    reports = await verifyFolder({ dir, given, kept, writerStateOf, onBytes })
  } finally {
    progress.end()
  }
  for (const report of reports) {
    await writeData(json === true ? forEyes(`${JSON.stringify(report)}\n`, 'json') : reportText(report))
  }
  warnOfTrust(reports)
  process.exitCode = EXITS[worstStatus(reports.map(({ status }) => status))]
}

/** It is part of the report too, but the exit code alone would not tell. */
function warnOfTrust(reports: readonly LogReport[]): void {
  if (!reports.some(({ trust, keys }) => trust === 'folder' && keys.length > 0)) return
  say(
    'the key was taken from the folder itself: whoever can write there can sign everything anew. Keep a copy elsewhere, ' +
      'and give it with --key or --key-file.',
  )
}
