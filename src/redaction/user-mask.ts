import { messageOf } from '../errors.ts'

/** `mask` of the user's: what it returns is stored. */
export type MaskFunction = (text: string, path: string) => string

/** The user's function and what it may do wrong. It owns whether that was said already. */
export class UserMask {
  readonly #mask: MaskFunction
  readonly #onFailure: ((message: string) => void) | undefined
  #isReported = false

  constructor(mask: MaskFunction, onFailure: ((message: string) => void) | undefined) {
    this.#mask = mask
    this.#onFailure = onFailure
  }

  /** What the function makes of `text`; undefined where it throws or returns no string: the text must not be stored then. */
  apply(text: string, path: string): string | undefined {
    try {
      const masked: unknown = this.#mask(text, path)
      if (typeof masked === 'string') return masked
      // Nobody else waits for it: a rejection must not end the process.
      if (masked instanceof Promise) masked.catch(() => undefined)
      this.#report(masked instanceof Promise ? 'returned a promise; it must be synchronous' : 'returned no string')
    } catch (error) {
      this.#report(`threw: ${messageOf(error)}`)
    }
    return undefined
  }

  #report(what: string): void {
    if (this.#isReported) return
    this.#isReported = true
    try {
      this.#onFailure?.(`\`redaction.mask\` ${what}. Each text it fails for is stored as [REDACTED:mask-failed]`)
    } catch {
      // The listener's own fault; the text is masked in any case.
    }
  }
}
