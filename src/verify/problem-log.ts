/** Collects what is wrong with a log, and knows what that makes of it. */
import { BoundedList } from './bounded-list.ts'
import { statusOf, worstStatus } from './report.ts'
import type { LogStatus, Problem, ProblemKind } from './report.ts'

export interface Place {
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly seq?: number | undefined
}

// Owned by the verification of one log.
export class ProblemLog {
  private readonly list = new BoundedList<Problem>()
  private readonly statuses = new Set<LogStatus>()

  /** `status` is what the kind makes of the log, unless something excuses it. */
  add(kind: ProblemKind, { file, line, seq }: Place, message: string, status: LogStatus = statusOf(kind)): void {
    this.statuses.add(status)
    this.list.add({ kind, file: file ?? null, line: line ?? null, seq: seq ?? null, message })
  }

  get status(): LogStatus {
    return worstStatus(this.statuses)
  }

  get items(): readonly Problem[] {
    return this.list.items
  }

  get omitted(): number {
    return this.list.omitted
  }
}
