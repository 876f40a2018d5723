/** Whether the disk has room for what the log may still grow to, and keeps what is written to it. */
import { statfsSync } from 'node:fs'
import { type DiskLimits, type DiskSpace, shortageOf, spaceOf } from '../../journal/disk-space.ts'
import { type FileSystem, fileSystemOf } from '../../journal/file-system.ts'
import { bytesText, percentText } from '../quantities.ts'
import type { Check } from './check.ts'
import { nearestFolder } from './nearest-folder.ts'

/** With less than that nothing can be written for long: a buffer, a checkpoint, a folder's block. */
const MIN_FREE_BYTES = 1024 * 1024
/** A rotation needs a name for the new file, and the commit one for a temporary file. */
const MIN_FREE_INODES = 10

export interface Growth extends DiskLimits {
  readonly maxFileBytes: number
  readonly maxBackups: number
  /** Further backups, while a destination lacks them; 0 where there is none. */
  readonly undeliveredBackups: number
  /** What the log has now. */
  readonly bytes: number
}

export function checkDisk(dir: string, log: Growth): Check[] {
  const folder = nearestFolder(dir)
  return [diskCheck(spaceOf(statfsSync(folder)), log), fileSystemCheck(fileSystemOf(folder))]
}

function diskCheck(space: DiskSpace | undefined, log: Growth): Check {
  const name = 'disk space'
  if (space === undefined) return { name, status: 'note', found: 'the file system does not tell how much is free' }
  const { freeBytes, freeInodes = Infinity } = space
  const growth = growthOf(log, log.maxBackups + log.undeliveredBackups)
  const found = `${freeText(space)}; the log may still grow by ${growthText(growth, log)}`
  if (freeBytes < MIN_FREE_BYTES || freeInodes < MIN_FREE_INODES) {
    const advice = 'Free some, or choose another `dir`. Agents keep records in memory meanwhile, up to `maxQueueBytes`.'
    return { name, status: 'problem', found, advice }
  }
  const shortage = shortageOf(space, log)
  if (shortage === undefined && freeBytes >= growth) return { name, status: 'ok', found }
  const advice = `Free some, or lower ${optionsOfGrowth(log)}.`
  if (shortage === undefined) return { name, status: 'warning', found, advice }
  const limits = `${bytesText(log.minFreeBytes)} (minFreeBytes) or ${log.minFreePercent} % (minFreePercent)`
  const what = shortage.stage === 'critical' ? `a fifth of ${limits}` : limits
  return { name, status: 'warning', found: `${found}; agents warn below ${what}`, advice }
}

function growthOf({ maxFileBytes, bytes }: Growth, backups: number): number {
  return Math.max(0, (backups + 1) * maxFileBytes - bytes)
}

function growthText(growth: number, log: Growth): string {
  if (log.undeliveredBackups === 0) return bytesText(growth)
  const usual = bytesText(growthOf(log, log.maxBackups))
  return `${usual}, and while a destination does not keep up by ${bytesText(growth)} (maxUndeliveredBackups)`
}

function optionsOfGrowth({ undeliveredBackups }: Growth): string {
  const ofBackups = undeliveredBackups === 0 ? '`maxBackups`' : '`maxBackups`, `maxUndeliveredBackups`'
  return `${ofBackups} or \`maxFileBytes\``
}

function freeText({ freeBytes, freePercent, freeInodes }: DiskSpace): string {
  const inodes = freeInodes === undefined ? '' : `, ${freeInodes} inodes`
  return `${bytesText(freeBytes)} free (${percentText(freePercent / 100)}${inodes})`
}

function fileSystemCheck(system: FileSystem | undefined): Check {
  const name = 'file system'
  switch (system?.kind) {
    case undefined:
      return { name, status: 'ok', found: 'nothing unusual' }
    case 'network':
      return {
        name,
        status: 'warning',
        found: `${system.type}, a network file system: locks and durability are the server's, and may promise less`,
        advice: 'Write to a local disk, and ship records with `otlp`.',
      }
    case 'memory':
      return { name, status: 'note', found: `${system.type}: in memory, gone with a restart of the machine` }
    case 'container':
      return { name, status: 'note', found: `${system.type}: perhaps a container's own layer, gone with the container` }
  }
}
