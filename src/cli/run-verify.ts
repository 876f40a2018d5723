/** What `kansa verify` does with a journal. */
import { writerStateOf } from '../journal/writer-state.ts'
import { isComplete } from '../reconcile/reconciliation.ts'
import { parseKeptCheckpoint } from '../verify/kept-checkpoint.ts'
import { worstStatus } from '../verify/report.ts'
import type { LogReport, LogStatus } from '../verify/report.ts'
import { findLogs, verifyFolder } from '../verify/verify-folder.ts'
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_NOT_THERE, EXIT_TAMPERED } from './exit-codes.ts'
import { readGiven } from './given-file.ts'
import { givenKeys } from './given-keys.ts'
import type { KeyFlags } from './given-keys.ts'
import { say, writeData } from './output.ts'
import { Progress } from './progress.ts'
import type { AgainstFlags } from './verify/against-options.ts'
import { againstText } from './verify/against-text.ts'
import type { ComparedLog } from './verify/compare-folder.ts'
import { reportText } from './verify/report-text.ts'
import { forEyes } from './write-rows.ts'

export interface VerifyFlags extends KeyFlags, AgainstFlags {
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
 * `--json` gives a `LogReport` for each log, on one line; with `--against`, its `against` is a `Reconciliation`. The worst
 * log decides the exit code.
 * @throws KansaError `KANSA_INVALID_KEY`, `KANSA_INVALID_CHECKPOINT`, `KANSA_INVALID_QUERY`, `KANSA_FORMAT_NEWER`,
 * `KANSA_UNREADABLE`
 */
export async function verify(flags: VerifyFlags): Promise<void> {
  const logs = await verifiedLogs(flags)
  const reports = logs.map(({ report }) => report)
  const isThere = logs.every(({ against }) => against === undefined || isComplete(against))
  process.exitCode = isThere ? EXITS[worstStatus(reports.map(({ status }) => status))] : EXIT_NOT_THERE
  for (const { report, against } of logs) {
    if (flags.json === true) {
      const json = JSON.stringify({ ...report, ...(against && { against }) })
      await writeData(forEyes(`${json}\n`, 'json'))
    } else {
      await writeData(reportText(report) + (against === undefined ? '' : againstText(against, report)))
    }
  }
  warnOfTrust(reports)
}

async function verifiedLogs(flags: VerifyFlags): Promise<ComparedLog[]> {
  const { dir, atLeast = [] } = flags
  const given = givenKeys(flags)
  const kept = atLeast.map(path => parseKeptCheckpoint(readGiven(path), path))
  // What only a comparison needs is loaded only then.
  const comparison = flags.against && (await import('./verify/compare-folder.ts')).prepareComparison(flags)
  const bytes = findLogs(dir).reduce((sum, log) => sum + log.bytes, 0)
  // The logs are read once more to be compared.
  const progress = new Progress(comparison === undefined ? bytes : bytes * 2)
  const onBytes = (read: number): void => progress.add(read)
  try {
    const reports = await verifyFolder({ dir, given, kept, writerStateOf, onBytes })
    if (comparison === undefined) return reports.map(report => ({ report, against: undefined }))
    return await comparison.compare(dir, reports, onBytes)
  } finally {
    progress.end()
    comparison?.close()
  }
}

/** It is part of the report too, but the exit code alone would not tell. */
function warnOfTrust(reports: readonly LogReport[]): void {
  if (!reports.some(({ trust, keys }) => trust === 'folder' && keys.length > 0)) return
  say(
    'the key was taken from the folder itself: whoever can write there can sign everything anew. Keep a copy elsewhere, ' +
      'and give it with --key or --key-file.',
  )
}
