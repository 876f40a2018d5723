/** What the help and the manual page say of a command beyond its options. */

/** A line for a shell, and what it does. */
export type Example = readonly [command: string, about?: string]

export type ExitCode = readonly [code: number, about: string]

export interface Manual {
  /** What must be known beyond the options; without line breaks. */
  readonly notes?: string
  readonly examples: readonly Example[]
  readonly exitCodes?: readonly ExitCode[]
}

export const NO_MANUAL: Manual = { examples: [] }
