/** Private keys in PEM (RFC 7468) and its relatives, on lines, with escaped line breaks at any depth, or truncated. */
import type { Finding } from './finding.ts'
import type { Scan, Trigger } from './trigger.ts'

const KIND = 'private-key'
const MAX_CUT_BODY = 64
const LABEL = /BEGIN ([A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?) ?-{4,5}/y
/** What follows the first line of a real key: a header or base64, not the quote and the comma of source code. */
const BODY = /[A-Za-z0-9+/=]{12}|(?:Proc-Type|DEK-Info|Version|Comment|Hash): /y
/** Between the two, in source code and in JSON. */
const BETWEEN = /(?:[\s"'+,.]|\\+[nr]?)/y
const MAX_BETWEEN = 64
/** A line break, and what stands before each line where a file is shown with line numbers, searched by `grep -n`, or quoted. */
const LINE_PREFIX =
  /[ \t\r]{0,8}(?:\n|\\{1,32}n)[ \t]{0,8}(?:(?:[\w./-]{1,160}[:-])?\d{1,7}(?:[\t→:|-]|\\{1,32}t)[ \t]?|[>|][ \t])/y
/** Behind such a prefix a line of a key must be told from a line of code. */
const WHOLE_LINE = /[A-Za-z0-9+/=]{32}|(?:Proc-Type|DEK-Info|Version|Comment|Hash): /y
const LAST_LINE = /END [A-Z0-9 ]{0,60}-{0,5}/y

export const PRIVATE_KEY_TRIGGERS: readonly Trigger[] = [
  { literal: '-begin ', exact: false, isSpecific: true, find: findPrivateKey },
]

/** Truncated before its end, a key goes on to the end of the text: a preview must not show half of it. */
function findPrivateKey({ text }: Scan, at: number): Finding | undefined {
  LABEL.lastIndex = at + 1
  const label = LABEL.exec(text)
  if (label === null) return undefined
  let start = at
  while (start > 0 && at - start < 4 && text.charCodeAt(start - 1) === 45) start--
  const body = at + 1 + label[0].length
  if (!hasBody(text, body)) return undefined
  const close = text.indexOf('-END ', body)
  if (close === -1) return { kind: KIND, start, end: text.length }
  LAST_LINE.lastIndex = close + 1
  return { kind: KIND, start, end: close + 1 + (LAST_LINE.exec(text)?.[0].length ?? 0) }
}

function hasBody(text: string, from: number): boolean {
  BODY.lastIndex = behindBreaks(text, from)
  if (BODY.test(text) || isCutBody(text, from)) return true
  LINE_PREFIX.lastIndex = from
  if (!LINE_PREFIX.test(text)) return false
  WHOLE_LINE.lastIndex = LINE_PREFIX.lastIndex
  return WHOLE_LINE.test(text) || isCutBody(text, LINE_PREFIX.lastIndex)
}

/** The text ends soon, and what there is of it can be a key. */
function isCutBody(text: string, from: number): boolean {
  return text.length - from < MAX_CUT_BODY && !/[^\s\\A-Za-z0-9+/=]/.test(text.slice(from))
}

function behindBreaks(text: string, from: number): number {
  let index = from
  for (let count = 0; count < MAX_BETWEEN; count++) {
    BETWEEN.lastIndex = index
    const length = BETWEEN.exec(text)?.[0].length ?? 0
    if (length === 0) break
    index += length
  }
  return index
}
