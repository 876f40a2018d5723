import { endOfMark } from './mark.ts'
import { SPARED } from './trigger.ts'
import type { Trigger } from './trigger.ts'

const DIGITS = ['2', '3', '4', '5', '6', '7']
const ENTITIES = ['&quot;', '&apos;', '&amp;', '&#x', '&#3', '&#4', '&#6']

/** Notes that characters are written as escapes. */
export const ESCAPE_TRIGGERS: readonly Trigger[] = [
  ...DIGITS.map(digit => `\\u00${digit}`),
  ...DIGITS.map(digit => `\\x${digit}`),
  ...ENTITIES,
].map(
  (literal): Trigger => ({
    literal,
    exact: false,
    find: scan => {
      scan.hasEscapes = true
      return undefined
    },
  }),
)

/** What is masked already stays as it is, kind and digits. */
export const MARK_TRIGGER: Trigger = {
  literal: '[REDACTED:',
  exact: true,
  isSpecific: true,
  find: ({ text }, at) => {
    const end = endOfMark(text, at)
    return end > at ? { kind: SPARED, start: at, end } : undefined
  },
}
