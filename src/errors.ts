import { types } from 'node:util'

/**
 * Every error Kansa throws or rejects with. Match on `code`: it is stable, also across two copies of the package.
 */
export type KansaErrorCode =
  /** A second `initAuditLogger` asked for other options than the running logger has. */
  | 'KANSA_ALREADY_INITIALIZED'
  /** A call was refused because an enforced `TokenBudget` does not hold as many tokens as it may take. */
  | 'KANSA_BUDGET_EXCEEDED'
  /** The logger or journal was shut down before the record came. */
  | 'KANSA_CLOSED'
  /** Another live process writes this folder. The message names it. */
  | 'KANSA_DIR_LOCKED'
  /** The audit folder cannot be created, opened or written. */
  | 'KANSA_DIR_UNUSABLE'
  /** Room for the log runs out: the disk, or files that must be kept. Nothing is lost yet. */
  | 'KANSA_DISK_LOW'
  /** The folder was written by a newer Kansa. */
  | 'KANSA_FORMAT_NEWER'
  /** A file that is given as a signed checkpoint is none. */
  | 'KANSA_INVALID_CHECKPOINT'
  /** An event has a wrong or missing field. `path` in the message says which. */
  | 'KANSA_INVALID_EVENT'
  /** A key for sealing or for marks is not in its text form, or is not the one that this log is sealed with. */
  | 'KANSA_INVALID_KEY'
  /** An option is unknown, has the wrong type or contradicts another. */
  | 'KANSA_INVALID_OPTION'
  /** A filter, field or time of a reading command is wrong, or can match nothing. */
  | 'KANSA_INVALID_QUERY'
  /** A destination does not take records, or did not take some. The journal has them, and the message says which and why. */
  | 'KANSA_NOT_DELIVERED'
  /** `flush()` could not make the records durable, or a destination did not take them. */
  | 'KANSA_NOT_DURABLE'
  /** The record never reached Kansa's processor; or an action was refused because it could not be recorded beforehand. */
  | 'KANSA_NOT_RECORDED'
  /** The records are durable, but no signed checkpoint covers them yet. */
  | 'KANSA_NOT_SEALED'
  /** Memory for waiting records is used up; this record was refused, counted and reported. */
  | 'KANSA_QUEUE_FULL'
  /** A folder or file that is about to be read is not there or not readable. */
  | 'KANSA_UNREADABLE'

/** An error with a stable `code` and a message that says what to do. */
export class KansaError extends Error {
  override readonly name = 'KansaError'
  readonly code: KansaErrorCode

  constructor(code: KansaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const MAX_AGGREGATED = 8

/** The text of anything that was thrown, also of what is no `Error` or refuses to be read. */
export function messageOf(thrown: unknown): string {
  try {
    if (!isError(thrown)) return String(thrown)
    // Node.js gives one without a message where a host has several addresses and none of them answers.
    const parts: unknown = thrown.message === '' && 'errors' in thrown ? thrown.errors : undefined
    return Array.isArray(parts) ? parts.slice(0, MAX_AGGREGATED).map(messageOf).join('; ') : thrown.message
  } catch {
    return 'an error that cannot be shown'
  }
}

/** Test runners (Jest) load this package into a context of its own, in which what Node.js throws is no `instanceof Error`. */
export function isError(thrown: unknown): thrown is Error {
  return types.isNativeError(thrown) || thrown instanceof Error
}
