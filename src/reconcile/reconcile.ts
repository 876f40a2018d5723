/**
 * Whether another system has all of some logs: one pass over each log, then one over what was exported. Of the logs, a
 * bit per record is kept and the place of one line in a hundred, of the exports nothing: millions of records take a few
 * megabytes.
 */
import { KansaError } from '../errors.ts'
import type { IgnoredFields } from './differences.ts'
import type { Expectation } from './expectation.ts'
import { checkpointIn, identityOf, isCheckpoint } from './exported-record.ts'
import type { ExportedRecord, ExportFormat, Identity } from './exported-record.ts'
import { LogComparison } from './log-comparison.ts'
import type { Place, SealedLog } from './log-comparison.ts'
import { readExport } from './read-export.ts'
import type { ExportSource, ExportTally } from './read-export.ts'
import type { ExportFile, Reconciliation } from './reconciliation.ts'

export interface ToReconcile {
  /** Each with another origin. */
  readonly logs: readonly SealedLog[]
  readonly exports: readonly ExportSource[]
  /** Of all exports; found out for each where it is not given. */
  readonly format?: ExportFormat
  readonly expectation?: Expectation
  readonly ignored?: IgnoredFields
  /** Told how many bytes of the journal were read since it was told last. */
  readonly onBytes?: (bytes: number) => void
}

/**
 * One result for each log, in their order. The logs are those that the exports must be measured by: verify them first.
 * @throws KansaError `KANSA_UNREADABLE` for an export that cannot be read or says nowhere which record is which.
 */
export async function reconcile(task: ToReconcile): Promise<Reconciliation[]> {
  const { exports, format, expectation = {}, ignored = [], onBytes = () => {} } = task
  const comparisons: LogComparison[] = []
  for (const log of task.logs) comparisons.push(await LogComparison.of(log, expectation, ignored, onBytes))
  const sorting = new Sorting(comparisons)
  const files: ExportFile[] = []
  for (const source of exports) {
    const tally: ExportTally = { format, unreadable: 0 }
    let records = 0
    for await (const part of readExport(source, tally, format)) {
      records += part.records.length
      for (const record of part.records) await sorting.add(record, { file: source.name, place: part.place })
    }
    files.push({ name: source.name, format: tally.format ?? null, records, unreadable: tally.unreadable })
  }
  const records = files.reduce((sum, file) => sum + file.records, 0)
  if (records > 0 && sorting.facts.unidentified === records) throw unidentified(records)
  const results: Reconciliation[] = []
  for (const comparison of comparisons) results.push(await comparison.end({ files, ...sorting.facts }))
  return results
}

/** Gives each record to the log that it is of. */
class Sorting {
  readonly facts = { foreign: 0, unidentified: 0, checkpoints: 0 }
  private readonly comparisons: readonly LogComparison[]
  private readonly byOrigin: ReadonlyMap<string, LogComparison>

  constructor(comparisons: readonly LogComparison[]) {
    this.comparisons = comparisons
    this.byOrigin = new Map(comparisons.map(comparison => [comparison.origin, comparison]))
  }

  async add(record: ExportedRecord, at: Place): Promise<void> {
    if (isCheckpoint(record)) {
      this.facts.checkpoints++
      const checkpoint = checkpointIn(record)
      if (checkpoint !== undefined) this.byOrigin.get(checkpoint.origin)?.addCheckpoint(checkpoint, at)
      return
    }
    const identity = identityOf(record)
    const { id, seq, origin } = identity
    // A `seq` without an origin is that of any log.
    if (id === undefined && (seq === undefined || origin === undefined)) this.facts.unidentified++
    else {
      const comparison = await this.logOf(identity)
      if (comparison === undefined) this.facts.foreign++
      else await comparison.add(record, identity, at)
    }
  }

  private async logOf({ id, origin }: Identity): Promise<LogComparison | undefined> {
    if (origin !== undefined) return this.byOrigin.get(origin)
    for (const comparison of this.comparisons) if (id !== undefined && (await comparison.hasId(id))) return comparison
    return undefined
  }
}

function unidentified(records: number): KansaError {
  return new KansaError(
    'KANSA_UNREADABLE',
    `none of the ${records} exported records says which one it is: export the fields log.record.uid, ` +
      'agent_audit.log.index and agent_audit.log.origin too, for example with "| table _time _raw log.record.uid ' +
      'agent_audit.* gen_ai.*" in Splunk, or with these columns in Datadog.',
  )
}
