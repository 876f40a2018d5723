/** Warns before the disk is full, in two stages; never in the way of a record. */
import type { StatsFs } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { type DiskLimits, type DiskSpace, type DiskStage, shortageOf, spaceOf } from './disk-space.ts'
import type { NoticeBoard } from './notices.ts'

const INTERVAL_MILLIS = 10_000
/** A stage is over when there is so much more room: a disk at the limit does not warn again and again. */
const RECOVERY_MARGIN = 1.1

const RANKS: Readonly<Record<DiskStage, number>> = { low: 1, critical: 2 }

export interface DiskWatchOptions extends DiskLimits {
  readonly dir: string
  readonly notices: NoticeBoard
}

// Owned by the journal.
export class DiskWatch {
  private readonly options: DiskWatchOptions
  private readonly ask: (dir: string) => Promise<StatsFs>
  private stage: DiskStage | undefined
  private isLooking = false
  private noLookBefore = 0
  private isClosed = false

  constructor(options: DiskWatchOptions, ask: (dir: string) => Promise<StatsFs> = dir => statfs(dir)) {
    this.options = options
    this.ask = ask
  }

  /**
   * Looks now and then, in the thread pool: a file system of a server that does not answer holds up nobody, and is not
   * asked twice.
   */
  lookIfDue(): void {
    const { minFreeBytes, minFreePercent } = this.options
    if (this.isLooking || this.isClosed || (minFreeBytes === 0 && minFreePercent === 0)) return
    const now = performance.now()
    if (now < this.noLookBefore) return
    this.noLookBefore = now + INTERVAL_MILLIS
    void this.look()
  }

  /** Looks at once. Never rejects. */
  async look(): Promise<void> {
    this.isLooking = true
    try {
      const space = spaceOf(await this.ask(this.options.dir))
      if (space !== undefined && !this.isClosed) this.compare(space)
    } catch {
      // The folder is gone, or a sandbox forbids asking: who writes to it will see.
    }
    this.isLooking = false
  }

  close(): void {
    this.isClosed = true
  }

  private compare(space: DiskSpace): void {
    const { dir, notices } = this.options
    const shortage = shortageOf(space, this.options)
    const rest = shortageOf(space, this.options, RECOVERY_MARGIN)?.stage
    if (shortage !== undefined && rankOf(shortage.stage) > rankOf(this.stage)) {
      this.stage = shortage.stage
      notices.post({ kind: 'disk-low', dir, ...shortage, ...space })
    } else if (rankOf(rest) < rankOf(this.stage)) {
      this.stage = rest
      if (rest === undefined) notices.post({ kind: 'disk-recovered', dir, ...space })
    }
    notices.deliver()
  }
}

function rankOf(stage: DiskStage | undefined): number {
  return stage === undefined ? 0 : RANKS[stage]
}
