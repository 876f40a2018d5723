/** What decides about an event beside its input: limits, secrets and surroundings. */
import { DEFAULT_CAPTURE } from './capture.ts'
import type { Capture } from './capture.ts'
import type { EventMasker } from './masking.ts'

/** What of an event is stored. */
export interface EventLimits {
  /** Code points of a preview. Default 200. */
  readonly previewLength: number
  /** Bytes of one journal line. Default 256 KiB. */
  readonly maxEventBytes: number
  /** How much content. `undefined`, for complete events only: as they are. */
  readonly capture: Capture | undefined
  /** Masks their secrets; `undefined` where they are stored as they are. */
  readonly masker?: EventMasker | undefined
}

export const DEFAULT_LIMITS: EventLimits = { previewLength: 200, maxEventBytes: 262_144, capture: DEFAULT_CAPTURE }
/** For events that go on to a logger, or come from one: a cut before the masking could leave half a secret. */
export const AS_THEY_ARE: EventLimits = { ...DEFAULT_LIMITS, maxEventBytes: Infinity, capture: undefined }

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
