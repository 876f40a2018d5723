/**
 * What `kansa verify` found about one log; `--json` prints it as one line of JSON. Every field is always there; `null`
 * stands where nothing is known. Fields may be added.
 */

/**
 * - `intact`: what is sealed is there, unaltered. It says nothing about what was never recorded. A live writer's records
 *   that are not sealed yet are no fault; `unsealed` counts them.
 * - `incomplete`: nothing contradicts the newest checkpoint, but something is not covered by it.
 * - `tampered`: something was changed, added or removed, or is lost.
 */
export type LogStatus = 'intact' | 'incomplete' | 'tampered'

export type IncompleteKind =
  /** Lines behind the newest checkpoint that nobody is about to seal. */
  | 'unsealed-tail'
  /** Behind the newest checkpoint: a last line without line break, NUL bytes, or lines that are no records. */
  | 'torn-line'
  /** `seal/checkpoints` is one checkpoint ahead of `seal/checkpoint`, or ends within one; or a key has not signed yet. */
  | 'unfinished-commit'
  /** Lines without `seq` and no seal: a journal of another program. */
  | 'unsealed-journal'

export type TamperedKind =
  /** A line is not the one that was sealed. */
  | 'edited-line'
  /** Sealed records are missing between others. */
  | 'missing-line'
  /** The oldest sealed records are missing, and no `RetentionDeleted` record says why. */
  | 'missing-head'
  /** The newest sealed records are missing. */
  | 'truncated-log'
  /** A line that is no record of this log stands among those that are. */
  | 'inserted-line'
  /** A record is there twice. */
  | 'duplicated-line'
  /** A record stands in the wrong place. */
  | 'moved-line'
  /** None of a file's lines is of this log. */
  | 'foreign-file'
  | 'changed-tile'
  | 'missing-tile'
  /** A checkpoint is malformed or its signature does not fit, or `seal/checkpoint` is not the newest one. */
  | 'changed-checkpoint'
  /** There are records with `seq`, but no checkpoint; or one of the two files is gone, or the first checkpoint. */
  | 'missing-checkpoint'
  /** A checkpoint that is signed does not fit the records, an earlier checkpoint, or the log. */
  | 'inconsistent-checkpoint'
  /** The newest checkpoint is not signed by a key that was given. */
  | 'wrong-key'
  /** The log does not contain what a checkpoint that was kept elsewhere covers. */
  | 'rolled-back'
  /** Another file of the log is not as it must be, or does not belong there. */
  | 'changed-file'

export type ProblemKind = IncompleteKind | TamperedKind

export interface Problem {
  readonly kind: ProblemKind
  /** Relative to the log's folder, with slashes; null where no file can be named. */
  readonly file: string | null
  /** Of that file, counted from 1; the first of several. Where records are missing: the line that follows them. */
  readonly line: number | null
  /** Of the record; the first of several. */
  readonly seq: number | null
  /** For people; may change. */
  readonly message: string
}

/** Records by their `seq`, both ends included. */
export interface SeqRange {
  readonly firstSeq: number
  readonly lastSeq: number
}

export interface KeyUse {
  readonly name: string
  /** Eight hexadecimal digits. */
  readonly id: string
  /** The verifier key; null where checking takes a secret. */
  readonly vkey: string | null
  /** Whether it was given with `--key` or `--key-file`. */
  readonly pinned: boolean
  /** Tree sizes of the first and the last checkpoint that it signed; null where it signed none. */
  readonly firstSize: number | null
  readonly lastSize: number | null
  /** How many checkpoints it signed. */
  readonly checkpoints: number
}

/** Records that were deleted on purpose, as the record `seq` says, which is sealed. */
export interface RetainedRange extends SeqRange {
  readonly seq: number
  /** The name that the deleted file had. */
  readonly file: string
  /** Base64, of the tree of the records up to `lastSeq`. */
  readonly root: string
}

/** Records that nothing covered when a process started, which sealed them: they could have been written by anybody. */
export interface AdoptedRange extends SeqRange {
  /** Of the `AuditRecovered` record that says so. */
  readonly seq: number
}

/** An action that was announced, without a record of its outcome. */
export interface UnfinishedAction {
  /** Of the `ActionIntended` record. */
  readonly seq: number
  /** `AgentExecution`, `ToolCall` or `ApiCall`. */
  readonly kind: string
  readonly name: string
  readonly callId: string
}

/** A file of the journal, the oldest first. */
export interface FileReport {
  readonly name: string
  /** Of its sealed records. */
  readonly firstSeq: number | null
  readonly lastSeq: number | null
  /** Its sealed records that are in their place and unaltered. */
  readonly records: number
  /** Its size. */
  readonly bytes: number
}

export interface LogReport {
  /** The log's folder. */
  readonly dir: string
  readonly status: LogStatus
  /** `pinned`: the keys were given. `folder`: they lay beside the log, where whoever changed the log could change them. */
  readonly trust: 'pinned' | 'folder'
  /** The log's name. */
  readonly origin: string | null
  /** `live`: a process is writing. `unknown`: one of another machine or container may be. */
  readonly writer: 'live' | 'none' | 'unknown'
  /** Records that the newest checkpoint covers, from `seq` 0 on; those deleted by retention included. */
  readonly treeSize: number
  /** Of the sealed records that are there. */
  readonly firstSeq: number | null
  readonly lastSeq: number | null
  /** Sealed records that are there, in their place and unaltered. */
  readonly records: number
  /** Lines behind those that the newest checkpoint covers. */
  readonly unsealed: number
  /** Checkpoints in `seal/checkpoints` whose signatures fit. */
  readonly checkpoints: number
  /** In the order of `seal/kansa.vkey`; then others that signed. */
  readonly keys: readonly KeyUse[]
  /** Oldest first, as far as the records that say so are there. */
  readonly retained: readonly RetainedRange[]
  /** Sealed records that are missing without explanation. */
  readonly gaps: readonly SeqRange[]
  readonly adopted: readonly AdoptedRange[]
  readonly unfinished: readonly UnfinishedAction[]
  /** Number of `AuditFailure` records: each says what the log could not do, and whether records were lost. */
  readonly auditFailures: number
  readonly files: readonly FileReport[]
  readonly problems: readonly Problem[]
  /** What the lists above do not show: no list has more than `MAX_LISTED` entries. */
  readonly omitted: OmittedCounts
}

export type OmittedCounts = Readonly<Record<'problems' | 'gaps' | 'retained' | 'adopted' | 'unfinished', number>>

/** A hostile folder must not make a report that fills the memory. */
export const MAX_LISTED = 200

const INCOMPLETE: ReadonlySet<ProblemKind> = new Set<IncompleteKind>([
  'unsealed-tail',
  'torn-line',
  'unfinished-commit',
  'unsealed-journal',
])

export function statusOf(kind: ProblemKind): LogStatus {
  return INCOMPLETE.has(kind) ? 'incomplete' : 'tampered'
}

/** The worst of them; `intact` where there are none. */
export function worstStatus(statuses: Iterable<LogStatus>): LogStatus {
  const all = new Set(statuses)
  if (all.has('tampered')) return 'tampered'
  return all.has('incomplete') ? 'incomplete' : 'intact'
}
