/** What happens to the files of a journal, told to whoever opened it. */
import type { DiskSpace, DiskStage } from './disk-space.ts'

/** Times are milliseconds since 1970; `error` is what was thrown. */
export type JournalNotice =
  /** Writing failed; records wait in memory from now on. Once per outage. */
  | { readonly kind: 'write-failed'; readonly file: string; readonly error: unknown }
  /** The first record of this outage was refused because `maxQueueBytes` is reached. */
  | { readonly kind: 'refused'; readonly at: number; readonly error: unknown }
  /** Everything that waited is written. */
  | WriteResumed
  /** The journal was closed while this many records still waited: they are lost. */
  | { readonly kind: 'lost'; readonly count: number; readonly error: unknown }
  /** Records are written but not durable. Once until `commit-recovered`. */
  | { readonly kind: 'commit-failed'; readonly error: unknown }
  | { readonly kind: 'commit-recovered' }
  /** Records are durable, but tiles or checkpoint could not be stored, or nobody signed. Once until `seal-recovered`. */
  | { readonly kind: 'seal-failed'; readonly dir: string; readonly error: unknown }
  | { readonly kind: 'seal-recovered' }
  /** A checkpoint became durable. */
  | CheckpointSealed
  /** A sync failed; what was not durable was written again through another descriptor, and synced. */
  | { readonly kind: 'sync-repaired'; readonly file: string; readonly error: unknown }
  /** After a sync that failed, these records are not in the files as they were written: the disk lost them. */
  | {
      readonly kind: 'records-lost'
      readonly dir: string
      readonly firstSeq: number
      readonly lastSeq: number
      readonly count: number
    }
  /** The file grows beyond its limit until a later attempt succeeds. Once until then. */
  | { readonly kind: 'rotation-failed'; readonly file: string; readonly error: unknown }
  /** Somebody removed the active file; it was restored from the open descriptor. */
  | { readonly kind: 'file-removed'; readonly file: string; readonly restoredBytes: number }
  /** Somebody renamed the active file; a new one was begun. */
  | { readonly kind: 'file-renamed'; readonly file: string; readonly to: string | undefined }
  /** Somebody shortened the active file. */
  | { readonly kind: 'file-truncated'; readonly file: string; readonly lostBytes: number }
  /** Something else stood in the active file's place; it was moved to `setAside`. */
  | { readonly kind: 'file-replaced'; readonly file: string; readonly setAside: string | undefined }
  /** Somebody else wrote to the active file; an unfinished line of theirs was moved to `setAside`. */
  | {
      readonly kind: 'foreign-bytes'
      readonly file: string
      readonly bytes: number
      readonly setAside: string | undefined
    }
  /** Code in this process closed the journal's descriptor; the file was opened again. */
  | { readonly kind: 'descriptor-lost'; readonly file: string }
  /** The folder was removed or replaced, and made anew. */
  | { readonly kind: 'folder-recreated'; readonly dir: string }
  /** Another process holds the lock although this one still writes: `seq` is no longer unique. */
  | { readonly kind: 'lock-lost'; readonly file: string }
  /**
   * The oldest backup is about to be deleted. It is unlinked when a checkpoint covers whatever was appended while this
   * notice was handled; when nothing was, it stays and is announced again. No `seq` where the file holds none (another
   * program's).
   */
  | BackupDeleted
  | { readonly kind: 'retention-failed'; readonly file: string; readonly error: unknown }
  /** `minRetentionDays` keeps files that `maxBackups` would delete. Again when there are twice as many. */
  | RetentionHeld
  /** The disk runs full. Once per stage, until there is clearly more room again. */
  | DiskLow
  /** It does no longer. */
  | DiskRecovered
  /** The wall clock moved against the monotonic clock by `deltaMillis`, from where it should be to where it is. */
  | { readonly kind: 'clock-changed'; readonly deltaMillis: number; readonly from: number; readonly to: number }
  /** Locks, renames and fsync of a network file system keep fewer promises. */
  | { readonly kind: 'network-file-system'; readonly dir: string; readonly type: string }
  /** The file system or the owner keeps another mode than the wanted one. */
  | { readonly kind: 'mode-not-applicable'; readonly path: string; readonly wanted: number; readonly actual: number }

export interface WriteResumed {
  readonly kind: 'write-resumed'
  readonly file: string
  /** When and why writing had failed. */
  readonly failedAt: number
  readonly error: unknown
  readonly refusedCount: number
  readonly firstRefusedAt: number | undefined
  readonly lastRefusedAt: number | undefined
}

export interface BackupDeleted {
  readonly kind: 'backup-deleted'
  readonly file: string
  readonly firstSeq: number | undefined
  readonly lastSeq: number | undefined
  /** Of the tree that ends with `lastSeq`, base64: it says which records are gone, for whoever has a copy. */
  readonly root: string | undefined
  /** Destinations that have not got all of it; absent where all have. */
  readonly undeliveredTo?: readonly string[]
}

export interface RetentionHeld {
  readonly kind: 'retention-held'
  readonly dir: string
  readonly maxBackups: number
  /** Files beyond `maxBackups`, and what they take together. */
  readonly count: number
  readonly bytes: number
}

export interface DiskLow extends DiskSpace {
  readonly kind: 'disk-low'
  readonly dir: string
  readonly stage: DiskStage
  readonly shortOf: 'space' | 'inodes'
}

export interface DiskRecovered extends DiskSpace {
  readonly kind: 'disk-recovered'
  readonly dir: string
}

export interface CheckpointSealed {
  readonly kind: 'checkpoint'
  readonly origin: string
  readonly size: number
  /** Base64. */
  readonly root: string
  /** The signed note, whole. */
  readonly note: string
}

interface Posted {
  readonly notice: JournalNotice
  readonly watch: (() => () => void) | undefined
}

/**
 * Keeps notices until the journal is in a state in which the listener may append. Posting is allowed at any time;
 * `deliver` only where no operation is half done.
 */
export class NoticeBoard {
  private readonly listener: (notice: JournalNotice) => void
  private readonly posted: Posted[] = []
  private delivering = false

  constructor(listener: (notice: JournalNotice) => void) {
    this.listener = listener
  }

  get isEmpty(): boolean {
    return this.posted.length === 0
  }

  /** `watch` runs right before the listener sees the notice, and what it returns right after. */
  post(notice: JournalNotice, watch?: () => () => void): void {
    this.posted.push({ notice, watch })
  }

  deliver(): void {
    // A listener that appends may bring about the next notice: the loop below takes that one too.
    if (this.delivering) return
    this.delivering = true
    for (let next = this.posted.shift(); next !== undefined; next = this.posted.shift()) {
      const afterwards = next.watch?.()
      try {
        this.listener(next.notice)
      } catch {
        // A listener must not be able to stop the journal.
      }
      afterwards?.()
    }
    this.delivering = false
  }
}
