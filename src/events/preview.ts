import { sliceWhole } from './json-text.ts'

/** The first `codePoints` code points of `text`, never half a surrogate pair. */
export function previewOf(text: string, codePoints: number): string {
  if (text.length <= codePoints) return text
  let end = 0
  for (let count = 0; count < codePoints && end < text.length; count++) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  }
  return sliceWhole(text, end)
}
