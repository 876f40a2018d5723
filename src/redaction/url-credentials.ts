/** Names and passwords inside URLs (RFC 3986, section 3.2.1). */
import { SPACE, classAt } from './characters.ts'
import type { Finding } from './finding.ts'
import { endOfMark } from './mark.ts'
import { looksChosen } from './plausible-value.ts'
import type { Scan, Trigger } from './trigger.ts'

const MAX_AUTHORITY = 1024
const KIND = 'url-password'
/** What documentation writes, and variables. */
const PLACEHOLDER = /^(?:pass|password|passwd|pwd|secret|token|x{3,}|\*+|\.{3}|…|<.*|\$.*|\{.*|%[sdv])$/i

export const URL_TRIGGERS: readonly Trigger[] = [
  { literal: '://', exact: true, find: (scan, at) => findCredentials(scan, at + 3) },
  // JSON as PHP writes it.
  { literal: ':\\/\\/', exact: true, find: (scan, at) => findCredentials(scan, at + 5) },
]

function findCredentials({ text, cutAt }: Scan, start: number): Finding | undefined {
  const limit = Math.min(text.length, start + MAX_AUTHORITY)
  let at = -1
  let colon = -1
  let index = start
  for (; index < limit; index++) {
    const code = text.charCodeAt(index)
    if (code === 91) {
      const mark = endOfMark(text, index)
      if (mark > index) index = mark - 1
      continue
    }
    if (endsAuthority(code) || (classAt(text, index) & SPACE) !== 0) break
    if (code === 64) at = index
    if (code === 58 && colon === -1) colon = index
  }
  const isCut = cutAt && index === text.length && at === -1 && colon !== -1
  const end = isCut ? index : at
  if (end === -1) return undefined
  if (colon === -1 || colon > end) return lone(text, start, end)
  const password = text.slice(colon + 1, end)
  if (password === '' || endOfMark(text, colon + 1) === end || PLACEHOLDER.test(password)) return undefined
  return isCut && /^\d{1,5}$/.test(password) ? undefined : { kind: KIND, start: colon + 1, end }
}

/** Without a password the name is one where no person would choose it: a token of a code host, the key of an error tracker. */
function lone(text: string, start: number, end: number): Finding | undefined {
  const name = text.slice(start, end)
  return name.length >= 16 && looksChosen(name) ? { kind: 'url-user', start, end } : undefined
}

/** `/`, `?`, `#`, quotes, brackets and the backslash. */
function endsAuthority(code: number): boolean {
  return [47, 63, 35, 34, 39, 96, 60, 62, 92, 124].includes(code)
}
