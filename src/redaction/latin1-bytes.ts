/** The characters of texts as bytes: reading those costs a third of reading a string's. */

const SHARED_SIZE = 16_384
/** Zeros behind the end, for loops that read several at once. */
const PADDING = 8
/** Up to here a loop costs less than a call out of JavaScript. */
const MAX_COPIED = 24
// Owned by the scan that asks for it without `isNested`: one at a time, for scanning is synchronous.
const SHARED = Buffer.alloc(SHARED_SIZE + PADDING)

/**
 * A byte for each UTF-16 unit, behind them at least one zero. What is no Latin-1 loses its high byte, so bytes only tell where to look
 * at the text. The next call overwrites the bytes unless it is for a text inside this one (`isNested`).
 */
export function latin1Of(text: string, isNested: boolean): Uint8Array {
  if (isNested || text.length > SHARED_SIZE) {
    const bytes = Buffer.alloc(text.length + PADDING)
    bytes.write(text, 'latin1')
    return bytes
  }
  if (text.length <= MAX_COPIED) {
    for (let index = 0; index < text.length; index++) SHARED[index] = text.charCodeAt(index)
  } else {
    SHARED.write(text, 0, text.length, 'latin1')
  }
  for (let index = text.length; index < text.length + PADDING; index++) SHARED[index] = 0
  return SHARED
}
