/** What the journal says about its files, as events for the log and as errors for people. */
import { KansaError, messageOf } from '../errors.ts'
import type { AuditEvent } from '../events/kinds.ts'
import type { JournalNotice } from '../journal/notices.ts'
import { lifecycleEvent } from './lifecycle-events.ts'
import { snakeKey } from './repair-news.ts'
import { newsOfRoom } from './room-news.ts'

export interface JournalNews {
  /** To be appended to the log; absent while writing is impossible: what happened is recorded when it works again. */
  readonly event?: AuditEvent
  /** To be reported; absent where nobody needs to act. */
  readonly error?: KansaError
}

function failure(
  message: string,
  context: Record<string, string | number | undefined>,
  error?: KansaError,
): JournalNews {
  return { event: lifecycleEvent('AuditFailure', message, context), ...(error && { error }) }
}

function unusable(message: string, cause?: unknown): KansaError {
  return new KansaError('KANSA_DIR_UNUSABLE', message, { cause })
}

export function newsOf(notice: JournalNotice): JournalNews {
  switch (notice.kind) {
    case 'write-failed':
      return {
        error: unusable(
          `${notice.file} cannot be written (${messageOf(notice.error)}); records wait in memory until it can`,
          notice.error,
        ),
      }
    case 'refused':
      return {
        error: new KansaError(
          'KANSA_QUEUE_FULL',
          `memory for waiting records (maxQueueBytes) is used up; records are refused and counted until writing works again (${messageOf(notice.error)})`,
          { cause: notice.error },
        ),
      }
    case 'write-resumed':
      return failure(resumedMessage(notice.refusedCount), {
        what: notice.kind,
        file: notice.file,
        reason: messageOf(notice.error),
        failed_at: timeText(notice.failedAt),
        refused_count: notice.refusedCount,
        first_refused_at: timeText(notice.firstRefusedAt),
        last_refused_at: timeText(notice.lastRefusedAt),
      })
    case 'lost':
      return {
        error: new KansaError(
          'KANSA_NOT_DURABLE',
          `${notice.count} records could not be written before the journal closed and are lost (${messageOf(notice.error)})`,
          { cause: notice.error },
        ),
      }
    case 'commit-failed':
      return {
        error: new KansaError(
          'KANSA_NOT_DURABLE',
          `records are written but not durable: the disk refused to sync (${messageOf(notice.error)})`,
          { cause: notice.error },
        ),
      }
    case 'seal-failed':
      return {
        error: new KansaError(
          'KANSA_NOT_SEALED',
          `records in ${notice.dir} are durable, but no signed checkpoint covers them (${messageOf(notice.error)}); it is tried again with each commit`,
          { cause: notice.error },
        ),
      }
    case 'seal-recovered':
      return failure('No checkpoint could be made for a while; the records since are covered by one again.', {
        what: notice.kind,
      })
    case 'checkpoint':
      return {}
    case 'sync-repaired':
      return failure('The disk refused to make records durable; they were written again and are durable now.', {
        what: notice.kind,
        file: notice.file,
        reason: messageOf(notice.error),
      })
    case 'records-lost': {
      const { dir, count, firstSeq, lastSeq } = notice
      const message = `The disk lost ${count} records between ${firstSeq} and ${lastSeq}, after it had refused to make them durable.`
      const context = { what: notice.kind, count, first_seq: firstSeq, last_seq: lastSeq }
      return failure(message, context, new KansaError('KANSA_NOT_DURABLE', `${dir}: ${message}`))
    }
    case 'commit-recovered':
      return failure('The disk had refused to make records durable; it does so again.', {
        what: notice.kind,
      })
    case 'clock-changed':
      return {
        event: lifecycleEvent('ClockChanged', 'The wall clock was changed.', {
          delta_ms: notice.deltaMillis,
          from: timeText(notice.from),
          to: timeText(notice.to),
        }),
      }
    case 'backup-deleted':
    case 'retention-held':
    case 'disk-low':
    case 'disk-recovered':
      return newsOfRoom(notice)
    case 'network-file-system':
      return {
        error: unusable(
          `${notice.dir} is on a network file system (${notice.type}); use a local disk: locks and fsync keep fewer promises there`,
        ),
      }
    case 'mode-not-applicable':
      return {
        error: unusable(
          `${notice.path} has mode ${notice.actual.toString(8)} instead of ${notice.wanted.toString(8)}; others may be able to read it`,
        ),
      }
    case 'rotation-failed':
    case 'retention-failed':
    case 'file-removed':
    case 'file-renamed':
    case 'file-truncated':
    case 'file-replaced':
    case 'foreign-bytes':
    case 'descriptor-lost':
    case 'folder-recreated':
    case 'lock-lost':
      return interference(notice)
  }
}

type Interference = Extract<
  JournalNotice,
  {
    kind:
      | 'rotation-failed'
      | 'retention-failed'
      | 'file-removed'
      | 'file-renamed'
      | 'file-truncated'
      | 'file-replaced'
      | 'foreign-bytes'
      | 'descriptor-lost'
      | 'folder-recreated'
      | 'lock-lost'
  }
>

/** Somebody or something else touched the files: recorded in the log and reported. */
function interference(notice: Interference): JournalNews {
  const { kind, ...details } = notice
  const message = interferenceMessage(notice)
  const context = Object.fromEntries(
    Object.entries(details).map(([key, value]) => [
      snakeKey(key),
      key === 'error' ? messageOf(value) : contextValue(value),
    ]),
  )
  return failure(message, { what: kind, ...context }, unusable(message))
}

function interferenceMessage(notice: Interference): string {
  switch (notice.kind) {
    case 'rotation-failed':
      return `${notice.file} cannot be rotated and grows beyond its limit (${messageOf(notice.error)}).`
    case 'retention-failed':
      return `${notice.file} cannot be deleted although maxBackups asks for it (${messageOf(notice.error)}).`
    case 'file-removed':
      return `Somebody removed ${notice.file}; its ${notice.restoredBytes} bytes were restored.`
    case 'file-renamed':
      return `Somebody renamed ${notice.file}${notice.to === undefined ? '' : ` to ${notice.to}`}; a new file was begun.`
    case 'file-truncated':
      return `Somebody shortened ${notice.file}: ${notice.lostBytes} bytes of records are gone.`
    case 'file-replaced':
      return `Somebody put something else in the place of ${notice.file}; a new file was begun.`
    case 'foreign-bytes':
      return `Somebody else wrote ${notice.bytes} bytes to ${notice.file}.`
    case 'descriptor-lost':
      return `Code in this process closed the descriptor of ${notice.file}; it was opened again.`
    case 'folder-recreated':
      return `Somebody removed ${notice.dir}; it was made anew.`
    case 'lock-lost':
      return `Another process took the lock ${notice.file} while this one writes.`
  }
}

function resumedMessage(refusedCount: number): string {
  return refusedCount === 0
    ? 'Writing had failed; it works again and no record was lost.'
    : `Writing had failed; it works again, but ${refusedCount} records were refused and are lost.`
}

function contextValue(value: unknown): string | number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined
}

function timeText(millis: number | undefined): string | undefined {
  return millis === undefined ? undefined : new Date(millis).toISOString()
}
