/**
 * Keeps a log within its size where nothing may be deleted yet: with `onRetentionConflict: 'block'` no new file begins
 * while that would make more backups than `maxBackups`, and the oldest is younger than `minRetentionDays`. The writer
 * then holds lines back as it does while a disk fails.
 */
import { fstatSync } from 'node:fs'
import { join } from 'node:path'
import { factsOfLastRecord } from './file-lines.ts'
import { ACTIVE_FILE, listBackups } from './layout.ts'
import { withOwnFile } from './own-file.ts'
import type { RetentionFloor } from './retention-floor.ts'

export interface GateOptions {
  readonly dir: string
  readonly maxBackups: number
  readonly floor: RetentionFloor
  readonly onRetentionConflict: 'grow' | 'block'
}

/** Why no new file may begin: nothing is broken, and it ends by itself. */
export class RotationHold extends Error {
  constructor(path: string, until: number) {
    super(
      `it is full, and minRetentionDays keeps ${path} until ${new Date(until).toISOString()}: raise maxBackups, or let ` +
        'the log grow (onRetentionConflict)',
    )
  }
}

export class RotationGate {
  private readonly options: GateOptions

  constructor(options: GateOptions) {
    this.options = options
  }

  /** Undefined while a rotation is allowed. To be asked before one, not for every line: it reads the folder. */
  hold(): RotationHold | undefined {
    const { dir, maxBackups, floor, onRetentionConflict } = this.options
    if (onRetentionConflict === 'grow') return undefined
    try {
      // The youngest file that the rotation would make superfluous; the older ones are superfluous already.
      const name = [ACTIVE_FILE, ...listBackups(dir).map(backup => backup.name)][maxBackups]
      if (name === undefined) return undefined
      const path = join(dir, name)
      const until = withOwnFile(path, fd => floor.heldUntil(fd, factsOfLastRecord(fd, fstatSync(fd).size)))
      return until === undefined ? undefined : new RotationHold(path, until)
    } catch {
      // Unreadable, or just gone: retention reports it when it comes to it. No reason to hold records back.
      return undefined
    }
  }
}
