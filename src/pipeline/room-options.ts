/** Options for how long records are kept at least, and how full the disk may get. */
import { integer } from '../options.ts'
import type { OptionReader, OptionRule } from '../options.ts'

export interface RoomOptions {
  /**
   * Backups beyond `maxBackups` that are kept because a destination has not got them yet. What is deleted beyond that is
   * counted, reported and recorded. Default 40.
   */
  maxUndeliveredBackups?: number | undefined
  /**
   * Days for which every record is kept at least, whatever `maxBackups` says; a fraction is allowed. Default 0: the number
   * of files alone decides.
   */
  minRetentionDays?: number | undefined
  /**
   * What happens when `maxBackups` asks for deleting what `minRetentionDays` keeps: `grow` (default) keeps more files;
   * `block` begins no new one, so that records wait in memory and then are refused, as on a full disk.
   */
  onRetentionConflict?: 'grow' | 'block' | undefined
  /** Bytes of free disk space below which Kansa warns, and again at a fifth of it. 0 turns it off. Default 500 MiB. */
  minFreeBytes?: number | undefined
  /** The same in percent of the disk's space and inodes, 0 to 90. Default 5. */
  minFreePercent?: number | undefined
}

/** The values in force. */
export interface RoomSettings {
  readonly maxUndeliveredBackups: number
  readonly minRetentionDays: number
  readonly onRetentionConflict: 'grow' | 'block'
  readonly minFreeBytes: number
  readonly minFreePercent: number
}

export const MAX_UNDELIVERED_BACKUPS: OptionRule<number> = integer(40, 0, 1_000_000)
const MIN_RETENTION_DAYS: OptionRule<number> = decimal(0, 36_500)
const ON_RETENTION_CONFLICT: OptionRule<'grow' | 'block'> = {
  fallback: 'grow',
  expected: '`grow` or `block`',
  read: value => (value === 'grow' || value === 'block' ? value : undefined),
  toRecord: policy => policy,
}
export const MIN_FREE_BYTES: OptionRule<number> = integer(500 * 1024 * 1024, 0)
export const MIN_FREE_PERCENT: OptionRule<number> = decimal(5, 90)

/** @throws KansaError `KANSA_INVALID_OPTION` */
export function readRoomSettings(reader: OptionReader): RoomSettings {
  return {
    maxUndeliveredBackups: reader.read('maxUndeliveredBackups', MAX_UNDELIVERED_BACKUPS),
    minRetentionDays: reader.read('minRetentionDays', MIN_RETENTION_DAYS),
    onRetentionConflict: reader.read('onRetentionConflict', ON_RETENTION_CONFLICT),
    minFreeBytes: reader.read('minFreeBytes', MIN_FREE_BYTES),
    minFreePercent: reader.read('minFreePercent', MIN_FREE_PERCENT),
  }
}

function decimal(fallback: number, max: number): OptionRule<number> {
  return {
    fallback,
    expected: `a number from 0 to ${max}`,
    read: value => (typeof value === 'number' && value >= 0 && value <= max ? value : undefined),
    fromText: text => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : text),
    toRecord: value => value,
  }
}
