/** What decides about an event beside its input: limits and surroundings. */
import type { CaptureLevel } from './kinds.ts'

/** How events are limited. */
export interface EventLimits {
  /** Code points of a preview. Default 200. */
  readonly previewLength: number
  /** Bytes of one journal line. Default 256 KiB. */
  readonly maxEventBytes: number
  readonly capture: CaptureLevel
}

export const DEFAULT_LIMITS: EventLimits = { previewLength: 200, maxEventBytes: 262_144, capture: 'preview' }

/** What the surroundings of a call say about it: the agent's run, the audit context, the active span. */
export type EventSurroundings = {
  readonly agentName?: string | undefined
  readonly agentVersion?: string | undefined
  readonly goal?: string | undefined
  readonly startTimeMillis?: number | undefined
  readonly traceId?: string | undefined
  readonly spanId?: string | undefined
  readonly traceFlags?: number | undefined
  readonly sessionId?: string | undefined
  readonly runId?: string | undefined
  readonly parentRunId?: string | undefined
  readonly userId?: string | undefined
  readonly tenantId?: string | undefined
  readonly onBehalfOf?: readonly string[] | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
}

export const NOWHERE: EventSurroundings = {}
