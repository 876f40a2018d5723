/** Reads one JSON value out of a line of which nothing else was parsed. Lines hold one character per byte (latin1). */
import type { FieldValue, QueryFieldType } from './query-field.ts'

/** The value cannot be read that way: the line has to be parsed. */
export const UNCLEAR: unique symbol = Symbol('unclear')
export type Skimmed = FieldValue | typeof UNCLEAR

const NON_ASCII = /[^\x00-\x7f]/

/** The value that begins at `at`, of a field of this type. */
export function readSkimmed(line: string, at: number, type: QueryFieldType): Skimmed {
  switch (type) {
    case 'count':
    case 'millis':
    case 'number':
      return readNumber(line, at)
    case 'flag':
      if (line.startsWith('true', at)) return true
      return line.startsWith('false', at) ? false : UNCLEAR
    case 'text':
    case 'content':
    case 'time':
    case 'hex':
    case 'choice':
      return line[at] === '"' ? readString(line, at + 1) : UNCLEAR
    case 'texts':
    case 'textMap':
    case 'countMap':
    case 'cutMap':
    case 'json':
      return UNCLEAR
  }
}

/** The string whose first character is at `at`; unclear where something in it is escaped. */
export function readString(line: string, at: number): string | typeof UNCLEAR {
  const text = line.slice(at, line.indexOf('"', at))
  if (text.includes('\\')) return UNCLEAR
  return NON_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text
}

function readNumber(line: string, at: number): number | typeof UNCLEAR {
  let value = 0
  let end = at
  for (let digit = digitAt(line, end); digit >= 0 && digit <= 9; digit = digitAt(line, end)) {
    value = value * 10 + digit
    end += 1
  }
  if (end > at && end - at <= MAX_EXACT_DIGITS && isEnd(line[end])) return value
  NUMBER.lastIndex = at
  const text = NUMBER.exec(line)?.[0]
  return text !== undefined && isEnd(line[at + text.length]) ? Number(text) : UNCLEAR
}

/** Adding up more digits than these would round differently from how JSON is read. */
const MAX_EXACT_DIGITS = 15
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y

function digitAt(line: string, at: number): number {
  return line.charCodeAt(at) - 0x30
}

function isEnd(character: string | undefined): boolean {
  return character === ',' || character === '}'
}
