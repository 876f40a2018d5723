/**
 * What another system has of a log, compared with what is sealed here. `kansa verify --against --json` prints it as
 * `against` within the report of the log. Every field is always there; fields may be added.
 */
import type { SeqRange } from '../verify/report.ts'
import type { ExportFormat } from './exported-record.ts'

/** A field of a record, by its attribute, or `timestamp`, `body`, `severity_text` … of the log record. */
export interface Difference {
  readonly field: string
  /** As text, the first 200 characters; `null` where the sealed record has no such field. */
  readonly sealed: string | null
  readonly exported: string
}

export interface AlteredRecord extends FoundRecord {
  readonly fields: readonly Difference[]
}

/** A record in an export. */
export interface FoundRecord {
  /** As the sealed line has it; for a record that the log never had, as the export has it. `null` where it has none. */
  readonly seq: number | null
  readonly id: string | null
  readonly file: string
  /** Line of the file; where objects do not stand on lines of their own, which of them; in CSV the row. From 1. */
  readonly place: number
}

export interface MissingRange extends SeqRange {
  readonly firstId: string
  readonly lastId: string
}

/** A signed checkpoint of the log among the exported records: the newest. */
export interface FoundCheckpoint {
  readonly size: number
  /** Base64. */
  readonly root: string
  readonly file: string
  readonly place: number
  /** False where the log has no such checkpoint: it is an older copy, or another history. */
  readonly isOfLog: boolean
}

export interface ExportFile {
  readonly name: string
  /** `null` for an empty file. */
  readonly format: ExportFormat | null
  /** Log records in it, whosever. */
  readonly records: number
  /** Lines, objects or rows that cannot be read. */
  readonly unreadable: number
}

/** What was found in all exports together; the same for each log. */
export interface ExportFacts {
  readonly files: readonly ExportFile[]
  /** Records of logs that are not in this folder. */
  readonly foreign: number
  /** Records that say neither their id nor their `seq` and log: other programs', or exported without these fields. */
  readonly unidentified: number
  /** Signed checkpoints (`agent_audit.log.checkpoint`). */
  readonly checkpoints: number
}

export interface Reconciliation {
  /** Sealed records that are here and that the other system should have. */
  readonly expected: number
  /** Sealed records that it has, whether unaltered or not; expected or not. */
  readonly found: number
  readonly missing: number
  /** Records of the export that differ from the sealed one. */
  readonly altered: number
  /** Records of the export that it has once more. */
  readonly duplicated: number
  /** Records of the export that bear the name of this log and were never in it. */
  readonly unknown: number
  /** Records of the export whose sealed line is not here any more, so that there is nothing to compare them with. */
  readonly unverifiable: number
  /** Not found, and not expected: the destination's filter leaves them out. */
  readonly filtered: number
  /** Not found, and not expected: older than `--since`. */
  readonly earlier: number
  /** Not found, and not expected: `--until` and newer. */
  readonly pending: number
  readonly missingRecords: readonly MissingRange[]
  readonly alteredRecords: readonly AlteredRecord[]
  readonly duplicatedRecords: readonly FoundRecord[]
  readonly unknownRecords: readonly FoundRecord[]
  /** `null` where the export has none of this log. */
  readonly checkpoint: FoundCheckpoint | null
  readonly export: ExportFacts
  /** What the lists leave out: none has more than 200 entries. */
  readonly omitted: OmittedRecords
}

export type OmittedRecords = Readonly<Record<'missing' | 'altered' | 'duplicated' | 'unknown', number>>

/** Whether the other system has all of the log, unaltered, and nothing else in its name. */
export function isComplete({ missing, altered, unknown, checkpoint }: Reconciliation): boolean {
  return missing + altered + unknown === 0 && checkpoint?.isOfLog !== false
}
