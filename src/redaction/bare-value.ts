/** Where a value without quotes ends. */
import { ALPHANUMERIC, NAME, SPACE, classAt } from './characters.ts'
import { isQuote } from './quoted-text.ts'

const BACKSLASH = 92
/** What follows a separator between two values: the name of the next one. */
const NEXT_NAME = /[&;,][ \t]{0,4}(?:amp;)?[A-Za-z_][A-Za-z0-9_. [\]-]{0,40}=/y
const ESCAPE = /\\{1,64}["'`nrt]/y

/**
 * The end of the value at `start`. Passwords hold any character, so `&`, `;`, `,` and brackets end one only where what
 * follows says so.
 */
export function endOfBareValue(text: string, start: number): number {
  let index = start
  let open = 0
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 127 || (classAt(text, index) & NAME) !== 0) continue
    if ((classAt(text, index) & SPACE) !== 0 || (isQuote(code) && !isApostrophe(text, index))) break
    if (code === BACKSLASH && endsAtEscape(text, index)) break
    if (code === 40 || code === 91 || code === 123) open++
    if (isSeparator(code) && endsAtSeparator(text, index, open > 0)) break
    if (code === 41 || code === 93 || code === 125) open--
  }
  return index
}

/** The end of the line at `start`, or of the quoted text around it. */
export function endOfLine(text: string, start: number): number {
  let index = start
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 10 || code === 13 || isQuote(code) || (code === BACKSLASH && endsAtEscape(text, index))) break
  }
  return index
}

function endsAtEscape(text: string, index: number): boolean {
  ESCAPE.lastIndex = index
  return ESCAPE.test(text)
}

/** `&`, `;`, `,`, `)`, `]`, `}`, `<`, `>`, `|`. */
function isSeparator(code: number): boolean {
  return [38, 59, 44, 41, 93, 125, 60, 62, 124].includes(code)
}

function endsAtSeparator(text: string, index: number, isOpen: boolean): boolean {
  const code = text.charCodeAt(index)
  if (code === 60 || code === 62 || code === 124) return true
  NEXT_NAME.lastIndex = index
  if (NEXT_NAME.test(text)) return true
  const next = text.charCodeAt(index + 1)
  const isLast = Number.isNaN(next) || (classAt(text, index + 1) & SPACE) !== 0 || isQuote(next) || next === BACKSLASH
  if (code === 38) return isLast
  if (code === 59 || code === 44) return isLast || next === 125 || next === 93
  return !isOpen && (isLast || isSeparator(next))
}

/** `it's`: no quote, for a letter or digit follows. */
function isApostrophe(text: string, index: number): boolean {
  return text.charCodeAt(index) === 39 && (classAt(text, index + 1) & ALPHANUMERIC) !== 0
}
