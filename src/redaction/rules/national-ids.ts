import type { PatternRule } from '../pattern-rule.ts'
import { digitsOf, passesLuhn, passesMod11Of10, passesVerhoeff, weightedSum } from './check-digits.ts'

/** Where a number has neither separators nor letters, the name of what it is must stand shortly before it. */
const named = (names: string): string => String.raw`(?<=\b(?:${names})\b[^\n0-9]{0,16})`
const START = String.raw`(?<![\w.+-])`
const END = String.raw`(?![\w-]|\.\d)`

function nationalId(
  pattern: string,
  accepts?: (match: string) => boolean,
  gate: (text: string) => boolean = hasNumber,
): PatternRule {
  return {
    kind: 'national-id',
    gate,
    pattern: new RegExp(`${START}${pattern}${END}`, 'g'),
    ...(accepts === undefined ? {} : { accepts }),
  }
}

/** Numbers a country gives to a person, with the check of each where it has one. */
export const NATIONAL_ID_PATTERNS: readonly PatternRule[] = [
  // United States, Social Security Number: no check digit, but blocks that are never given out.
  nationalId(String.raw`(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}`),
  // United Kingdom, National Insurance number: no check digit.
  nationalId(String.raw`(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]`),
  // Germany, tax number of a person.
  nationalId(String.raw`[1-9]\d \d{3} \d{3} \d{3}`, isGermanTaxId),
  nationalId(
    `${named('IdNr|Steuer-?ID|Steuer-?IdNr|Steueridentifikationsnummer|tax id')}[1-9][0-9]{10}`,
    isGermanTaxId,
  ),
  // France, numéro de sécurité sociale with its key.
  nationalId(String.raw`[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}`, isFrenchNir),
  // Spain, DNI and NIE.
  nationalId(String.raw`(?:\d{8}|[XYZ]\d{7})-?[A-HJ-NP-TV-Z]`, isSpanishId),
  // Italy, codice fiscale.
  nationalId(String.raw`[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]`, isItalianCode),
  // Brazil, CPF.
  nationalId(String.raw`\d{3}\.\d{3}\.\d{3}-\d{2}`, isBrazilianCpf),
  // India, Aadhaar: three groups, not three of many.
  nationalId(String.raw`(?<![0-9A-F]{4}[ -])[2-9]\d{3}([ -])\d{4}\1\d{4}(?![ -][0-9A-F]{3})`, match =>
    passesVerhoeff(digitsOf(match)),
  ),
  // Netherlands, burgerservicenummer.
  nationalId(`${named('BSN|bsn|burgerservicenummer|Burgerservicenummer')}[0-9]{9}`, isDutchBsn),
  // Switzerland, AHV number: an EAN-13 under 756.
  nationalId(String.raw`756\.\d{4}\.\d{4}\.\d{2}`, isSwissAhv),
  // Belgium, rijksregisternummer.
  nationalId(String.raw`\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}`, isBelgianNumber),
  // Sweden, personnummer.
  nationalId(String.raw`(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-+]\d{4}`, match =>
    passesLuhn(digitsOf(match).slice(-10)),
  ),
  // Poland, PESEL.
  nationalId(`${named('PESEL|pesel')}[0-9]{11}`, isPolishPesel),
  // Canada, Social Insurance Number.
  nationalId(
    `${named('SIN|NAS|[Ss]ocial [Ii]nsurance [Nn]umber')}${String.raw`[1-79]\d{2}([ -])\d{3}\1\d{3}`}`,
    match => passesLuhn(digitsOf(match)),
  ),
]

function hasNumber(text: string): boolean {
  return /\d{2}/.test(text)
}

/** ISO 7064 MOD 11,10; among the first ten digits exactly one comes twice or three times. */
function isGermanTaxId(match: string): boolean {
  const digits = digitsOf(match)
  const counts = new Map<number, number>()
  for (const digit of digits.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  const repeated = [...counts.values()].filter(count => count > 1)
  return repeated.length === 1 && (repeated[0] ?? 0) <= 3 && passesMod11Of10(digits)
}

/** 97 less the remainder of the number by 97; Corsica's departments count as 19 and 18. */
function isFrenchNir(match: string): boolean {
  const digits = match.replaceAll(' ', '').replace('2A', '19').replace('2B', '18')
  return 97 - Number(BigInt(digits.slice(0, 13)) % 97n) === Number(digits.slice(13))
}

function isSpanishId(match: string): boolean {
  const number = Number(match.slice(0, 8).replace('X', '0').replace('Y', '1').replace('Z', '2'))
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === match.at(-1)
}

/** Values of digits and letters in odd places (counted from 1); in even places they count by their order. */
const ITALIAN_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

function isItalianCode(match: string): boolean {
  const values = Array.from(match.slice(0, 15), (character, index) => {
    const order = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65
    return index % 2 === 0 ? (ITALIAN_ODD[order] ?? 0) : order
  })
  return String.fromCharCode(65 + (values.reduce((sum, value) => sum + value, 0) % 26)) === match.at(-1)
}

function isBrazilianCpf(match: string): boolean {
  const digits = digitsOf(match)
  const check = (count: number): number => {
    const weights = Array.from({ length: count }, (_, index) => count + 1 - index)
    return ((weightedSum(digits, weights) * 10) % 11) % 10
  }
  return new Set(digits).size > 1 && check(9) === digits[9] && check(10) === digits[10]
}

function isDutchBsn(match: string): boolean {
  return Number(match) > 0 && weightedSum(digitsOf(match), [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0
}

function isSwissAhv(match: string): boolean {
  return weightedSum(digitsOf(match), [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0
}

/** 97 less the remainder by 97, with a 2 before the number for those born since 2000. */
function isBelgianNumber(match: string): boolean {
  const digits = match.replace(/\D/g, '')
  const check = Number(digits.slice(9))
  return ['', '2'].some(century => 97 - (Number(century + digits.slice(0, 9)) % 97) === check)
}

function isPolishPesel(match: string): boolean {
  return weightedSum(digitsOf(match), [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
}
