/** What the journal says about the room that the log has, as events for the log and as errors for people. */
import { KansaError } from '../errors.ts'
import type { AuditEvent } from '../events/kinds.ts'
import type { BackupDeleted, DiskLow, DiskRecovered, RetentionHeld } from '../journal/notices.ts'
import { lifecycleEvent } from './lifecycle-events.ts'

export interface RoomNews {
  readonly event: AuditEvent
  readonly error?: KansaError
}

const MEBIBYTE = 1024 * 1024

/**
 * Nothing is lost yet, but people have to act: an `AuditFailure` as everything that keeps the log from what it was asked
 * for, with a severity that says how soon; `what` tells them apart.
 */
export function newsOfRoom(notice: BackupDeleted | RetentionHeld | DiskLow | DiskRecovered): RoomNews {
  switch (notice.kind) {
    case 'backup-deleted': {
      const { file, firstSeq, lastSeq, root, undeliveredTo } = notice
      const names = undeliveredTo?.join(',')
      const context = { file, first_seq: firstSeq, last_seq: lastSeq, root, undelivered_to: names }
      const message = 'The oldest backup is deleted, as maxBackups asks for.'
      if (names === undefined) return { event: lifecycleEvent('RetentionDeleted', message, context) }
      const loss =
        `The oldest backup is deleted, as maxUndeliveredBackups asks for, although records up to ${lastSeq} in it were not ` +
        `delivered to ${names}.`
      return {
        event: lifecycleEvent('RetentionDeleted', loss, context, 'Critical'),
        error: new KansaError('KANSA_NOT_DELIVERED', loss),
      }
    }
    case 'retention-held': {
      const { dir, maxBackups, count, bytes } = notice
      const message =
        `${dir} holds ${count} backups more than maxBackups (${maxBackups}), ${bytesText(bytes)}, because ` +
        'minRetentionDays keeps them: make room on the disk and raise maxBackups.'
      const context = { what: notice.kind, dir, max_backups: maxBackups, count, bytes }
      return { event: lifecycleEvent('AuditFailure', message, context, 'Warning'), error: diskLow(message) }
    }
    case 'disk-low': {
      const isCritical = notice.stage === 'critical'
      const message =
        `The disk of ${notice.dir} is ${isCritical ? 'almost full' : 'running full'}: ${freeText(notice)} free. Make room, ` +
        'or lower maxBackups or maxFileBytes; when it is full, records wait in memory and then are refused.'
      const severity = isCritical ? 'Critical' : 'Warning'
      return { event: lifecycleEvent('AuditFailure', message, contextOf(notice), severity), error: diskLow(message) }
    }
    case 'disk-recovered': {
      const message = `The disk of ${notice.dir} has room again: ${freeText(notice)} free.`
      return { event: lifecycleEvent('AuditFailure', message, contextOf(notice), 'Info') }
    }
  }
}

function contextOf(notice: DiskLow | DiskRecovered): Record<string, string | number | undefined> {
  const { kind, dir, freeBytes, freePercent, freeInodes, freeInodesPercent } = notice
  return {
    what: kind,
    dir,
    ...(notice.kind === 'disk-low' && { stage: notice.stage, short_of: notice.shortOf }),
    free_bytes: freeBytes,
    free_percent: tenths(freePercent),
    free_inodes: freeInodes,
    free_inodes_percent: freeInodesPercent === undefined ? undefined : tenths(freeInodesPercent),
  }
}

function freeText(notice: DiskLow | DiskRecovered): string {
  const { freeBytes, freePercent, freeInodes, freeInodesPercent = 100 } = notice
  if (notice.kind === 'disk-low' && notice.shortOf === 'inodes') {
    return `${freeInodes} inodes (${tenths(freeInodesPercent)} %)`
  }
  return `${bytesText(freeBytes)} (${tenths(freePercent)} %)`
}

function bytesText(bytes: number): string {
  return bytes < MEBIBYTE ? `${bytes} bytes` : `${Math.round(bytes / MEBIBYTE)} MiB`
}

function tenths(percent: number): number {
  return Math.round(percent * 10) / 10
}

function diskLow(message: string): KansaError {
  return new KansaError('KANSA_DISK_LOW', message)
}
