/** Card numbers (ISO/IEC 7812) and bank accounts (ISO 13616), by their check digits, lengths and beginnings. */
import { ALPHANUMERIC, DIGIT, UPPER, classAt } from './characters.ts'
import type { Finding } from './finding.ts'
import { beginsWord } from './word-edge.ts'

const SHORTEST_CARD = 13
const LONGEST_CARD = 19
/** Nineteen digits, each but the first behind a separator. */
const MAX_CARD_TEXT = 40
const MAX_GROUPS = 5
/** Of a row of numbers so much is looked through in one go. */
const MAX_ROW = 400
const SHORTEST_CUT = 8
const SHORTEST_IBAN = 15
const LONGEST_IBAN = 34
const MAX_IBAN_TEXT = 44

/** Issuers: how a number begins and which lengths it has. */
const ISSUERS: readonly (readonly [begin: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65)/, [16, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 19]],
  [/^3(?:0[0-5]|[689])/, [14, 16, 19]],
  [/^62/, [16, 17, 18, 19]],
  [/^(?:50|5[6-8]|6[0137])/, [16, 18, 19]],
]
/** How printed cards group their digits. */
const GROUPS = new Set(['4-4-4-4', '4-6-5', '4-6-4', '4-4-4-4-3', '4-4-4-1', '4-4-5', '6-13'])

/** Lengths of the IBAN registry by country. */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 ' +
    'FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 ' +
    'LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 ' +
    'RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry): [string, number] => [entry.slice(0, 2), Number(entry.slice(2))]),
)

/**
 * Adds the card numbers around the digit at `at` to `findings`; other numbers may stand before and after them, each behind a space.
 * @returns up to where the text was looked through, so that a long row of digits is walked once.
 */
export function findCards(text: string, at: number, cutAt: boolean, findings: Finding[]): number {
  const first = startOfGroups(text, at, DIGIT, MAX_CARD_TEXT)
  const last = endOfGroups(text, at, DIGIT, MAX_ROW)
  if (last - first >= (cutAt && last === text.length ? SHORTEST_CUT : SHORTEST_CARD)) {
    const groups = [...text.slice(first, last).matchAll(/\d+/g)]
    for (let from = 0; from < groups.length; from++) {
      const end = endOfCard(text, first, groups, from, cutAt)
      if (end !== 0) findings.push({ kind: 'credit-card', start: first + (groups[from]?.index ?? 0), end })
    }
  }
  return last - at < MAX_ROW ? last : last - MAX_CARD_TEXT
}

/** Where the card number ends that begins with the group `from`; 0 for none. The shape is compared before anything is computed. */
function endOfCard(
  text: string,
  first: number,
  groups: readonly RegExpExecArray[],
  from: number,
  cutAt: boolean,
): number {
  let shape = ''
  for (const { index, 0: digits } of groups.slice(from, from + MAX_GROUPS)) {
    shape += shape === '' ? digits.length : `-${digits.length}`
    const end = first + index + digits.length
    const isWhole = shape.includes('-') ? GROUPS.has(shape) : digits.length >= SHORTEST_CARD
    const isCut = cutAt && end === text.length
    if ((isWhole || isCut) && isCard(text, first + (groups[from]?.index ?? 0), end, isCut)) return end
  }
  return 0
}

function isCard(text: string, start: number, end: number, isCut: boolean): boolean {
  if (end - start > MAX_CARD_TEXT) return false
  const digits = text.slice(start, end).replaceAll(/[ -]/g, '')
  if (digits.length > LONGEST_CARD || digits.length < SHORTEST_CUT || !standsAlone(text, start, end)) return false
  if (digits.length >= SHORTEST_CARD && isIssued(digits, digits.length) && passesLuhn(digits)) {
    return !(text.slice(start, end).includes(' ') && text.slice(start, end).includes('-'))
  }
  return isCut && digits.length < 16 && isIssued(digits, 0)
}

/** Adds the bank accounts around the capital or digit at `at`. @returns up to where the text was looked through. */
export function findIbans(text: string, at: number, cutAt: boolean, findings: Finding[]): number {
  const first = startOfGroups(text, at, DIGIT | UPPER, MAX_IBAN_TEXT)
  const last = endOfGroups(text, at, DIGIT | UPPER, MAX_ROW)
  const to = last - at < MAX_ROW ? last : last - MAX_IBAN_TEXT
  if (last - first < SHORTEST_CUT) return to
  for (const { index, 1: country = '' } of text.slice(first, last).matchAll(/(?<![A-Z0-9])([A-Z]{2})\d{2}/g)) {
    const length = IBAN_LENGTHS.get(country)
    const start = first + index
    if (length === undefined || !beginsWord(text, start)) continue
    const end = endOfCharacters(text, start, length)
    const iban = text.slice(start, end).replaceAll(/[ -]/g, '')
    const isCut = cutAt && end === text.length && iban.length >= SHORTEST_CUT && iban.length < length
    const isWhole = iban.length === length && (classAt(text, end) & ALPHANUMERIC) === 0 && passesMod97(iban)
    if (isCut || isWhole) findings.push({ kind: 'iban', start, end })
  }
  return to
}

function startOfGroups(text: string, at: number, mask: number, limit: number): number {
  let start = at
  while (start > 0 && at - start < limit) {
    if ((classAt(text, start - 1) & mask) !== 0) start--
    else if (isGap(text, start - 1) && (classAt(text, start - 2) & mask) !== 0) start -= 2
    else break
  }
  return start
}

function endOfGroups(text: string, at: number, mask: number, limit: number): number {
  let end = at
  while (end < text.length && end - at < limit) {
    if ((classAt(text, end) & mask) !== 0) end++
    else if (end > at && isGap(text, end) && (classAt(text, end + 1) & mask) !== 0) end += 2
    else break
  }
  return end
}

function endOfCharacters(text: string, start: number, count: number): number {
  let end = start
  for (let found = 0; end < text.length && found < count && end - start < MAX_IBAN_TEXT + LONGEST_IBAN; end++) {
    if ((classAt(text, end) & (DIGIT | UPPER)) !== 0) found++
    else if (!isGap(text, end)) break
  }
  return end
}

/** One space or hyphen. */
function isGap(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return code === 32 || code === 45
}

/** Not a part of a longer number, word, hash, version or path. */
function standsAlone(text: string, start: number, end: number): boolean {
  if (!beginsWord(text, start) || /[.\-_/]/.test(text.charAt(start - 1))) return false
  return (classAt(text, end) & ALPHANUMERIC) === 0 && !/^(?:[-_/]|\.\d)/.test(text.slice(end, end + 2))
}

function isIssued(digits: string, length: number): boolean {
  return ISSUERS.some(([begin, lengths]) => begin.test(digits) && (length === 0 || lengths.includes(length)))
}

/** ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: string): boolean {
  if (/^(\d)\1+$/.test(digits)) return false
  let sum = 0
  for (let index = digits.length - 1, isDoubled = false; index >= 0; index--, isDoubled = !isDoubled) {
    const digit = digits.charCodeAt(index) - 48
    const value = isDoubled ? digit * 2 : digit
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

/** ISO/IEC 7064, MOD 97-10. */
export function passesMod97(iban: string): boolean {
  if (iban.length < SHORTEST_IBAN || iban.length > LONGEST_IBAN) return false
  let rest = 0
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}
