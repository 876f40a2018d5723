import type { Finding } from './finding.ts'

/** The kind of a finding that is no secret. */
export const SPARED = ''

/** What one scan knows; it owns this. */
export interface Scan {
  readonly text: string
  /** Its characters as bytes, see `latin1Of`. */
  readonly bytes: Uint8Array
  /** The text was cut at its end: what begins there counts as found. */
  readonly cutAt: boolean
  /** Set by a trigger that saw characters written as escapes: the text is then read a second time without them. */
  hasEscapes: boolean
  /** Where the run of token characters ends that was looked at last: a run full of beginnings is walked once. */
  runEnd: number
}

/** A few characters that are worth a closer look. */
export interface Trigger {
  /** At least 3 characters. */
  readonly literal: string
  /** False: in any case; the literal is lower-case then. */
  readonly exact: boolean
  /** True where it is looked for also inside what is found already, to name that by its kind. */
  readonly isSpecific?: boolean
  /** The secret that the literal at `at` announces. Of kind `SPARED`: not to be looked into. */
  find(scan: Scan, at: number): Finding | undefined
}
