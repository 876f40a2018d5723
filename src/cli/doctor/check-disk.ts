/** Whether the disk has room for what the log may still grow to, and keeps what is written to it. */
import { statfsSync } from 'node:fs'
import { type FileSystem, fileSystemOf } from '../../journal/file-system.ts'
import { bytesText, percentText } from '../quantities.ts'
import type { Check } from './check.ts'
import { nearestFolder } from './nearest-folder.ts'

/** With less than that nothing can be written for long: a buffer, a checkpoint, a folder's block. */
const MIN_FREE_BYTES = 1024 * 1024
/** A rotation needs a name for the new file, and the commit one for a temporary file. */
const MIN_FREE_INODES = 10

export interface Growth {
  readonly maxFileBytes: number
  readonly maxBackups: number
  /** What the log has now. */
  readonly bytes: number
}

export function checkDisk(dir: string, { maxFileBytes, maxBackups, bytes }: Growth): Check[] {
  const folder = nearestFolder(dir)
  const { bavail, blocks, bsize, ffree, files } = statfsSync(folder)
  const free = bavail * bsize
  const growth = Math.max(0, (maxBackups + 1) * maxFileBytes - bytes)
  // Some file systems make inodes as they need them, and tell 0.
  const inodes = files === 0 ? '' : `, ${ffree} inodes`
  const state = `${bytesText(free)} free (${percentText(blocks === 0 ? 0 : bavail / blocks)}${inodes}); the log may still grow by ${bytesText(growth)}`
  return [diskCheck(state, free, growth, files === 0 ? Infinity : ffree), fileSystemCheck(fileSystemOf(folder))]
}

function diskCheck(state: string, free: number, growth: number, inodes: number): Check {
  const name = 'disk space'
  const advice = 'Free some, or choose another `dir`. Agents keep records in memory meanwhile, up to `maxQueueBytes`.'
  if (free < MIN_FREE_BYTES || inodes < MIN_FREE_INODES) return { name, status: 'problem', found: state, advice }
  if (free >= growth) return { name, status: 'ok', found: state }
  return { name, status: 'warning', found: state, advice: 'Free some, or lower `maxBackups` or `maxFileBytes`.' }
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
