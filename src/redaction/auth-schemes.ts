/** `Bearer …` and `Basic …` wherever they stand (RFC 6750, RFC 7617); behind the name of their header any scheme is found. */
import { BASE64, NAME, endOfRun } from './characters.ts'
import type { Finding } from './finding.ts'
import type { Scan, Trigger } from './trigger.ts'

const MAX_CREDENTIALS = 8192
const MEMBER = /\\{0,32}["']?[ \t]{0,4}:[ \t]{0,4}\\{0,32}["']?(?=[A-Za-z0-9+/]{10})/y
const TILDE = 126
const EQUALS = 61

export const SCHEME_TRIGGERS: readonly Trigger[] = ['bearer ', 'bearer%20', 'bearer+'].map(
  (literal): Trigger => ({ literal, exact: false, find: (scan, at) => findBearer(scan, at + literal.length) }),
)
export const BASIC_TRIGGERS: readonly Trigger[] = [
  ...['basic ', 'basic%20', 'basic+'].map(
    (literal): Trigger => ({ literal, exact: false, find: (scan, at) => findBasic(scan, at + literal.length) }),
  ),
  { literal: 'auth', exact: true, find: (scan, at) => findStored(scan, at + 4) },
]

/** Prose speaks of bearer tokens: what follows has a digit or is longer than words are. */
function findBearer({ text, cutAt }: Scan, start: number): Finding | undefined {
  const end = endOfToken(text, start)
  const token = text.slice(start, Math.min(end, start + 64))
  const isCut = cutAt && end === text.length && end > start
  const isToken = end - start >= 32 || (end - start >= 12 && /\d/.test(token) && /[A-Za-z]/.test(token))
  return isCut || isToken ? { kind: 'bearer-token', start, end } : undefined
}

/** The same without its scheme, as the configuration of Docker keeps it: `"auth": "…"`. */
function findStored({ text }: Scan, nameEnd: number): Finding | undefined {
  MEMBER.lastIndex = nameEnd
  const length = MEMBER.exec(text)?.[0].length ?? 0
  if (length === 0) return undefined
  const start = nameEnd + length
  const end = endOfToken(text, start)
  const decoded = Buffer.from(text.slice(start, Math.min(end, start + 1024)), 'base64').toString('latin1')
  return /^[\x21-\x39\x3b-\x7e]{1,128}:[\x20-\x7e]{3,}$/.test(decoded)
    ? { kind: 'basic-credentials', start, end }
    : undefined
}

function findBasic({ text, cutAt }: Scan, start: number): Finding | undefined {
  const end = endOfToken(text, start)
  if (end - start < 8) return undefined
  const isCut = cutAt && end === text.length
  const decoded = Buffer.from(text.slice(start, Math.min(end, start + 1024)), 'base64').toString('latin1')
  return isCut || /^[\x20-\x7e]{0,200}:/.test(decoded) ? { kind: 'basic-credentials', start, end } : undefined
}

function endOfToken(text: string, start: number): number {
  const limit = start + MAX_CREDENTIALS
  let end = start
  for (;;) {
    const next = endOfRun(text, end, limit, BASE64 | NAME)
    const code = text.charCodeAt(next)
    if ((code !== TILDE && code !== EQUALS) || next >= limit) return next
    end = next + 1
  }
}
