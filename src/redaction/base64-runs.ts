/** Secrets inside base64: `Authorization` headers, key files and whole configurations are passed around so. */
import { BASE64, classAt, endOfRun, startOfRun } from './characters.ts'
import type { Finding } from './finding.ts'

export const SHORTEST_RUN = 24
const KIND = 'encoded-secret'
/** More of one run is not decoded: what is longer is a file, and the budget is for all of a text. */
const MAX_DECODED = 65_536
/** Of the first bytes almost all are text where the whole is: hashes, keys and images fail after a few. */
const LOOKED_AT = 32
/** Of the looked-at bytes so many may be no ASCII or control characters: other languages, the colours of a terminal. */
const MAX_STRANGE = 2
const VALUES = valuesOf()
const BACKSLASH = 92
/** RFC 2045 and RFC 7468 break lines after 76 and 64. */
const LINE_LENGTHS: ReadonlySet<number> = new Set([60, 64, 72, 76])
const LINE_BREAK = /(?:\r?\n|\\{1,32}r\\{1,32}n|\\{1,32}n)[ \t]{0,16}/y
const DATA_IMAGE = /data:(?:image|font|audio|video)\/[\w.+-]{1,40};base64,$/i

/** What a run of base64 is decoded to, as far as it is text. */
export interface Base64Run {
  readonly start: number
  readonly end: number
  /** Long enough to hold a secret. */
  readonly isLong: boolean
  /** `''` where it is no text. */
  readonly decoded: string
}

/** The run around the base64 character at `at`; it begins no earlier than `from`. `bytes` are the text's. */
export function base64RunAt(text: string, bytes: Uint8Array, at: number, from: number): Base64Run {
  let start = startOfRun(text, at, from, BASE64)
  let end = endOfRun(text, at, text.length, BASE64)
  // The letter of an escape before the run is none of it.
  if (start > 0 && text.charCodeAt(start - 1) === BACKSLASH) start++
  if (end - start < SHORTEST_RUN) return { start, end, isLong: false, decoded: '' }
  const offset = offsetOfText(bytes, start, end)
  if (offset === -1 || DATA_IMAGE.test(text.slice(Math.max(0, start - 64), start))) {
    return { start, end, isLong: true, decoded: '' }
  }
  let run = text.slice(start + offset, Math.min(end, start + MAX_DECODED))
  let lineStart = start
  while (LINE_LENGTHS.has(end - lineStart) && run.length < MAX_DECODED) {
    LINE_BREAK.lastIndex = end
    const next = end + (LINE_BREAK.exec(text)?.[0].length ?? 0)
    if (next === end || (classAt(text, next) & BASE64) === 0) break
    lineStart = next
    end = endOfRun(text, next, text.length, BASE64)
    run += text.slice(lineStart, Math.min(end, lineStart + MAX_DECODED))
  }
  const content = Buffer.from(run, 'base64')
  return {
    start,
    end: endOfPadding(text, end),
    isLong: true,
    decoded: content.toString(content[1] === 0 ? 'utf16le' : 'latin1'),
  }
}

/** Everything that the secret is in goes: what is left of the run could be decoded and completed. */
export function asFinding(run: Base64Run): Finding {
  return { kind: KIND, start: run.start, end: run.end }
}

/** A run may have other characters before it (`/path/`, `key-`), so each of the four places it may begin at is tried. -1: no text. */
function offsetOfText(bytes: Uint8Array, start: number, end: number): number {
  for (let offset = 0; offset < 4; offset++) {
    if (isText(bytes, start + offset, Math.min(end, start + offset + LOOKED_AT))) return offset
  }
  return -1
}

/** The first bytes, decoded by hand: nearly every run is something else, and that shows in its first bytes. */
function isText(bytes: Uint8Array, start: number, end: number): boolean {
  let bits = 0
  let unread = 0
  let strange = 0
  let zeros = 0
  let count = 0
  for (let index = start; index < end; index++) {
    bits = ((bits << 6) | (VALUES[(bytes[index] ?? 0) & 127] ?? 0)) & 0xfff
    unread += 6
    if (unread < 8) continue
    unread -= 8
    const byte = (bits >> unread) & 255
    if (byte === 0 && count % 2 === 1) zeros++
    else if (byte > 126 || (byte < 32 && byte !== 10 && byte !== 13 && byte !== 9 && byte !== 27)) strange++
    if (strange > MAX_STRANGE) return false
    count++
  }
  // With zeros it is UTF-16, as the command line of PowerShell has it.
  return zeros === 0 || (zeros === count >> 1 && strange === 0)
}

function valuesOf(): Uint8Array {
  const values = new Uint8Array(128)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value
  values[45] = 62
  values[95] = 63
  return values
}

function endOfPadding(text: string, end: number): number {
  let index = end
  while (index - end < 2 && text.charCodeAt(index) === 61) index++
  return index
}
