import type { PatternRule } from '../pattern-rule.ts'

/** ITU-T E.164: the country codes in use, of one, two and three digits. */
const COUNTRY_CODE =
  /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-69]\d|3[578]\d|42\d|5[09]\d|6[7-9]\d|8[0578]\d|9[679]\d)/

/** Telephone numbers with a country code, and in the writings of the countries whose separators tell them from other numbers. */
export const PHONE_PATTERNS: readonly PatternRule[] = [
  {
    kind: 'phone',
    gate: text => text.includes('+'),
    // Not at the beginning of a line: there `+` is what a diff adds.
    pattern: /(?<![\w+.\n-])\+[1-9](?:[ ().-]{0,2}\d){7,14}(?![\w.])/g,
    accepts: number => COUNTRY_CODE.test(number.slice(1).replace(/\D/g, '')) && !/\.\d$/.test(number),
  },
  {
    kind: 'phone',
    gate: hasGroups,
    pattern: /(?<![\w+.-])00[1-9]\d{0,2}[ -][1-9]\d{1,4}(?:[ -]\d{2,8}){1,4}(?![\w-])/g,
  },
  // North America.
  { kind: 'phone', gate: hasGroups, pattern: /(?<![\w.)-])\([2-9]\d{2}\) ?[2-9]\d{2}-\d{4}(?![\w-])/g },
  { kind: 'phone', gate: hasGroups, pattern: /(?<![\w+.-])[2-9]\d{2}([-. ])[2-9]\d{2}\1\d{4}(?![\w.-])/g },
  // United Kingdom.
  {
    kind: 'phone',
    gate: hasGroups,
    pattern:
      /(?<![\w+.-])\(?0(?:[12]\d{3}\)? \d{6}|7\d{3} \d{3} ?\d{3}|2\d\)? \d{4} \d{4}|1\d{2}\)? \d{3} \d{4})(?![\w-])/g,
  },
  // France.
  { kind: 'phone', gate: hasGroups, pattern: /(?<![\w+.-])0[1-9]([ .])\d{2}\1\d{2}\1\d{2}\1\d{2}(?![\w.-])/g },
  // Germany, Austria.
  {
    kind: 'phone',
    gate: hasGroups,
    pattern: /(?<![\w+./-])\(?0[1-9]\d{1,4}(?:\) ?| ?\/ ?)\d{3,4}(?:[ -]?\d{2,4}){1,3}(?![\w-])/g,
  },
]

function hasGroups(text: string): boolean {
  return /\d[ ./)-]{1,3}\d/.test(text)
}
