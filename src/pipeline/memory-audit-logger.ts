/** An audit logger that keeps events in memory: for the tests of those who use Kansa. No disk, no network. */
import { DEFAULT_LIMITS } from '../events/event-settings.ts'
import type { EventLimits } from '../events/event-settings.ts'
import type { AuditEvent } from '../events/kinds.ts'
import { KansaError } from '../errors.ts'
import { OptionReader, PREVIEW_LENGTH } from '../options.ts'
import type { OptionRule } from '../options.ts'
import type { AuditReceipt } from './audit-api.ts'
import { readCapture } from './capture-options.ts'
import type { CaptureOptions } from './capture-options.ts'
import { EventLogger } from './event-logger.ts'
import { maskerFor } from './event-masking.ts'
import { FailureRule, ON_FAILURE } from './failure-policy.ts'
import type { FailurePolicy } from './failure-policy.ts'
import { createReport } from './failure-report.ts'
import { getAuditLogger, installGlobalLogger, removeGlobalLogger } from './global-logger.ts'
import { readRedaction } from './redaction-options.ts'
import type { RedactionOption } from './redaction-options.ts'

/** `redaction` and `capture` as for other loggers; without a key, the marks are of this logger only. */
export interface MemoryAuditLoggerOptions extends RedactionOption, CaptureOptions {
  /** Serve as the process-wide logger until `shutdown()`. Default false. */
  global?: boolean | undefined
  /** Code points of a preview. Default 200. */
  previewLength?: number | undefined
  /** As for other loggers. Everything is stored at once; what comes after `shutdown()` cannot be. Default `report`. */
  onFailure?: FailurePolicy | undefined
}

const GLOBAL: OptionRule<boolean> = {
  fallback: false,
  expected: 'true or false',
  read: value => (typeof value === 'boolean' ? value : undefined),
}

export class MemoryAuditLogger extends EventLogger {
  private readonly recorded: AuditEvent[] = []
  private closed = false

  constructor(limits: EventLimits, onFailure: FailurePolicy = 'report', reportsSecrets = false) {
    super(limits, new FailureRule(onFailure, createReport(undefined)), reportsSecrets)
  }

  /** Everything recorded so far, in order, each with its `seq`. */
  get events(): readonly AuditEvent[] {
    return this.recorded
  }

  /** Forgets all events; `seq` starts again at 0. */
  clear(): void {
    this.recorded.length = 0
  }

  flush(): Promise<void> {
    return Promise.resolve()
  }

  shutdown(): Promise<void> {
    this.closed = true
    removeGlobalLogger(this)
    return Promise.resolve()
  }

  protected override recordNow(event: AuditEvent): KansaError | undefined {
    this.record(event)
    return this.closed ? closed() : undefined
  }

  protected record(event: AuditEvent): AuditReceipt {
    if (this.closed) {
      const stored = Promise.reject(closed())
      stored.catch(() => {})
      return { id: event.id, stored }
    }
    const seq = this.recorded.length
    // A copy: what the caller changes afterwards changes no record, as with a journal.
    this.recorded.push(structuredClone({ ...event, seq }))
    return { id: event.id, stored: Promise.resolve({ seq }) }
  }
}

function closed(): KansaError {
  return new KansaError('KANSA_CLOSED', 'the audit logger is shut down')
}

/**
 * An audit logger with the full interface, `.events` and `.clear()`.
 * @throws KansaError `KANSA_INVALID_OPTION`, `KANSA_INVALID_KEY`, or `KANSA_ALREADY_INITIALIZED` for `global: true` while another process-wide
 * logger runs.
 */
export function createMemoryAuditLogger(options: MemoryAuditLoggerOptions = {}): MemoryAuditLogger {
  // No environment: a test means what it says.
  const reader = new OptionReader(options, {})
  const previewLength = reader.read('previewLength', PREVIEW_LENGTH)
  const isGlobal = reader.read('global', GLOBAL)
  const onFailure = reader.read('onFailure', ON_FAILURE)
  const redaction = readRedaction(reader)
  const capture = readCapture(reader, {})
  reader.refuseUnknown()
  const limits = { ...DEFAULT_LIMITS, previewLength, capture, masker: maskerFor(redaction) }
  const logger = new MemoryAuditLogger(limits, onFailure, redaction.report)
  if (isGlobal) {
    if (getAuditLogger() !== undefined) {
      throw new KansaError('KANSA_ALREADY_INITIALIZED', 'another process-wide audit logger runs; shut it down first')
    }
    installGlobalLogger(logger)
  }
  return logger
}
