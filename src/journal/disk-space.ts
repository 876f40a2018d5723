/** How full a disk is, and when that is too full: the same for a journal that writes and for `kansa doctor`. */
import type { StatsFs } from 'node:fs'

export interface DiskSpace {
  /** What this user may still write. */
  readonly freeBytes: number
  /** The same as a share of what this user may write in all, 0 to 100; what is kept for root counts as neither (as in df). */
  readonly freePercent: number
  /** Undefined where the file system makes inodes as they are needed. */
  readonly freeInodes: number | undefined
  /** 0 to 100. */
  readonly freeInodesPercent: number | undefined
}

/** Below either of them the disk is low; 0 turns one off. */
export interface DiskLimits {
  readonly minFreeBytes: number
  /** 0 to 90; applies to inodes too. */
  readonly minFreePercent: number
}

/** `critical`: a fifth of what is `low`. */
export type DiskStage = 'low' | 'critical'

export interface Shortage {
  readonly stage: DiskStage
  readonly shortOf: 'space' | 'inodes'
}

const CRITICAL_SHARE = 0.2

/** Undefined where the file system does not tell, as some of FUSE's. */
export function spaceOf({ bavail, bfree, blocks, bsize, ffree, files }: StatsFs): DiskSpace | undefined {
  const usable = blocks - bfree + bavail
  if (usable <= 0) return undefined
  const hasInodes = files > 0
  return {
    freeBytes: bavail * bsize,
    freePercent: (bavail / usable) * 100,
    freeInodes: hasInodes ? ffree : undefined,
    freeInodesPercent: hasInodes ? (ffree / files) * 100 : undefined,
  }
}

/** What is short, measured with limits `margin` times as high; undefined when nothing is. */
export function shortageOf(space: DiskSpace, limits: DiskLimits, margin = 1): Shortage | undefined {
  const critical = shortBelow(space, limits, margin * CRITICAL_SHARE)
  if (critical !== undefined) return { stage: 'critical', shortOf: critical }
  const low = shortBelow(space, limits, margin)
  return low && { stage: 'low', shortOf: low }
}

function shortBelow(
  { freeBytes, freePercent, freeInodesPercent = 100 }: DiskSpace,
  { minFreeBytes, minFreePercent }: DiskLimits,
  factor: number,
): Shortage['shortOf'] | undefined {
  if (freeBytes < minFreeBytes * factor || freePercent < minFreePercent * factor) return 'space'
  return freeInodesPercent < minFreePercent * factor ? 'inodes' : undefined
}
