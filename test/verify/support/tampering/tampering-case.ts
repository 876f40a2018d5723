import type { LogFolder } from './log-folder.ts'

/** One folder of the corpus. */
export interface TamperingCase {
  /** Its folder in test/vectors/tampering. */
  readonly name: string
  /** What was done, as a sentence. */
  readonly about: string
  readonly log: LogFolder
  /** Keys that are pinned, as `--key` takes them. */
  readonly keys?: readonly string[]
  /** A checkpoint that somebody kept, for `--at-least`. */
  readonly atLeast?: string
  /** Signed with a shared secret: the text of the key. */
  readonly sharedKey?: string
  readonly status: 'intact' | 'tampered' | 'incomplete' | 'unreadable'
  /** The kinds of problems that are found, or of what is unfinished; sorted. */
  readonly kinds: readonly string[]
}

export function intact(name: string, about: string, log: LogFolder, more: Partial<TamperingCase> = {}): TamperingCase {
  return { name: `intact-${name}`, about, log, status: 'intact', kinds: [], ...more }
}

export function incomplete(
  name: string,
  about: string,
  log: LogFolder,
  kinds: readonly string[],
  more: Partial<TamperingCase> = {},
): TamperingCase {
  return { name: `incomplete-${name}`, about, log, status: 'incomplete', kinds, ...more }
}

export function tampered(
  name: string,
  about: string,
  log: LogFolder,
  kinds: readonly string[],
  more: Partial<TamperingCase> = {},
): TamperingCase {
  return { name: `tampered-${name}`, about, log, status: 'tampered', kinds, ...more }
}
