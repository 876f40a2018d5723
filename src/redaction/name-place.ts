/** Where a name stands and how it is tied to what follows: `=`, `:`, a space behind a flag, the comma of a pair. */
import { NAME, startOfRun } from './characters.ts'
import { isQuote, quoteDepth } from './quoted-text.ts'

const MAX_NAME_PART = 64
const MAX_SPACES = 16
/** Between a name and its value where both are values themselves: `{"name": "API_KEY", "value": "…"}`, `("Authorization", "…")`. */
const PAIR =
  /[ \t\r\n]{0,8}(,)(?:[ \t\r\n]|\\{1,32}[nr]){0,8}(?:\\{0,32}["']?value\\{0,32}["']?[ \t]{0,4}[:=][ \t]{0,4})?/y

/** How a name is tied to what follows it. */
export type Tie = '=' | ':' | 'flag' | 'pair' | 'element' | 'sql' | 'column'

export interface Place {
  readonly nameStart: number
  readonly nameEnd: number
  readonly tie: Tie
  readonly isSpaced: boolean
  /** Where the value begins, its quote included. */
  readonly at: number
}

/** The place of the name whose word begins at `wordStart` and which ends at `nameEnd`; undefined where nothing is tied to it. */
export function placeBehind(text: string, wordStart: number, nameEnd: number): Place | undefined {
  let index = nameEnd
  const depth = quoteDepth(text, index)
  const isQuoted = depth >= 0
  if (isQuoted) index += depth + 1
  if (text.charCodeAt(index) === 93 || text.charCodeAt(index) === 41) index++
  const tieAt = skipSpaces(text, index)
  const code = text.charCodeAt(tieAt)
  const nameStart = startOfName(text, wordStart)
  const place = (tie: Tie, at: number): Place => {
    const value = skipSpaces(text, at)
    return { nameStart, nameEnd, tie, isSpaced: value > at || tieAt > index, at: value }
  }
  if (code === 61 || code === 58) {
    const width = widthOfTie(text, tieAt, code)
    return width === 0 ? undefined : place(code === 61 || width === 2 ? '=' : ':', tieAt + width)
  }
  if (isQuoted) return pairBehind(text, index, place)
  if (code === 62 && text.charCodeAt(nameStart - 1) === 60) return place('element', tieAt + 1)
  if (tieAt === index) return undefined
  if (text.startsWith('--', nameStart) || isLogin(text, nameStart)) return place('flag', tieAt)
  if (isQuote(code)) return place('sql', tieAt)
  return tieAt - index > 1 && beginsLine(text, nameStart) ? place('column', tieAt) : undefined
}

/** 0 where `==`, `::`, `=~` or `://` say that nothing is assigned. */
function widthOfTie(text: string, at: number, code: number): number {
  const next = text.charCodeAt(at + 1)
  if (code === 61) return next === 61 || next === 126 ? 0 : next === 62 ? 2 : 1
  if (next === 61) return 2
  return next === 58 || (next === 47 && text.charCodeAt(at + 2) === 47) ? 0 : 1
}

function pairBehind(text: string, at: number, place: (tie: Tie, at: number) => Place): Place | undefined {
  PAIR.lastIndex = at
  const length = PAIR.exec(text)?.[0].length ?? 0
  return length === 0 ? undefined : place('pair', at + length)
}

/** `login x password y`, as in `.netrc`. */
function isLogin(text: string, nameStart: number): boolean {
  return /login\s{1,4}\S{1,80}\s{1,4}$/.test(text.slice(Math.max(0, nameStart - 100), nameStart))
}

function startOfName(text: string, wordStart: number): number {
  const start = startOfRun(text, wordStart, wordStart - MAX_NAME_PART, NAME)
  const before = text.charCodeAt(start - 1)
  // The letter or digits of an escape are not the name's: `\nPASSWORD=`, `%22token%22`.
  if (before === 92 && start < wordStart) return start + 1
  return before === 37 ? Math.min(wordStart, start + 2) : start
}

function skipSpaces(text: string, from: number): number {
  let index = from
  while (index - from < MAX_SPACES && (text.charCodeAt(index) === 32 || text.charCodeAt(index) === 9)) index++
  return index
}

/** True where `index` begins a line, of the text or of a text inside it. */
export function beginsLine(text: string, index: number): boolean {
  let before = index - 1
  while (
    before >= 0 &&
    index - before <= MAX_SPACES &&
    (text.charCodeAt(before) === 32 || text.charCodeAt(before) === 9)
  ) {
    before--
  }
  if (before < 0) return true
  const code = text.charCodeAt(before)
  if (code === 10 || code === 13 || isQuote(code)) return true
  return (code === 110 || code === 114) && text.charCodeAt(before - 1) === 92
}
