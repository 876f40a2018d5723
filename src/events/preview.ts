import { sliceWhole } from './json-text.ts'

const MARK_BEGINNING = '[REDACTED:'
/** No mark is longer. */
const MAX_MARK_CHARACTERS = 100

/**
 * The first `codePoints` code points of `text`, never half a surrogate pair. A mark that would be cut in half is left out
 * whole: half of it tells nobody what stood there.
 */
export function previewOf(text: string, codePoints: number): string {
  if (text.length <= codePoints) return text
  let end = 0
  for (let count = 0; count < codePoints && end < text.length; count++) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  }
  return cutMasked(text, end)
}

/** `text` up to `end`, never half a surrogate pair nor half a mark. */
export function cutMasked(text: string, end: number): string {
  if (end >= text.length) return text
  const from = Math.max(0, end - MAX_MARK_CHARACTERS)
  const mark = from + text.slice(from, end).lastIndexOf('[')
  const isHalf = mark >= from && text.startsWith(MARK_BEGINNING, mark) && text.indexOf(']', mark) >= end
  return sliceWhole(text, isHalf ? mark : end)
}
