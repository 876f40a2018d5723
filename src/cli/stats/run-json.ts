/** A run as JSON: the tree, every step with its event as it is stored. */
import type { RunNode } from '../../query/run-tree.ts'

export interface RunReport {
  readonly run_id: string
  readonly agent: string
  readonly goal: string
  /** `Started` or `Running` where no end is recorded. */
  readonly status: string
  /** RFC 3339. */
  readonly start_time: string
  readonly duration_ms: number
  readonly tokens: number
  readonly error?: string | undefined
  readonly steps: readonly { readonly start_time: string; readonly duration_ms: number; readonly event: object }[]
  readonly nested: readonly RunReport[]
}

export function runReport(run: RunNode): RunReport {
  return {
    run_id: run.runId,
    agent: run.agent,
    goal: run.goal,
    status: run.status,
    start_time: timeText(run.start),
    duration_ms: run.end - run.start,
    tokens: run.tokens,
    error: run.error,
    steps: run.steps.map(({ event, start, end }) => ({ start_time: timeText(start), duration_ms: end - start, event })),
    nested: run.nested.map(runReport),
  }
}

function timeText(millis: number): string {
  return Number.isNaN(millis) ? '' : new Date(millis).toISOString()
}
