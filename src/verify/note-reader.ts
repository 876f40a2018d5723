/**
 * Takes `seal/checkpoints` apart: notes, each of them two paragraphs (text, signatures) and followed by an empty line.
 * Reads block by block, because a log that is committed every five seconds has six million of them after a year.
 */
import { fillBuffer } from './plain-file.ts'
import type { PlainFile } from './plain-file.ts'

const BLOCK_BYTES = 256 * 1024
/** More than any note has. */
const MAX_PARAGRAPH_BYTES = 1024 * 1024
const LINE_FEED = 0x0a
const END = Buffer.from('\n\n')
const SIGNATURE = Buffer.from('— ')

export interface ReadNote {
  /** Of its first line in the file, from 1. */
  readonly line: number
  /** Undefined for what cannot be a note. */
  readonly bytes: Buffer | undefined
}

/** Bytes at the end of the file that are no whole note. */
export interface TornNote {
  readonly line: number
}

interface Paragraph {
  readonly line: number
  /** With its line break, without the empty line; undefined where it is too long. */
  readonly bytes: Buffer | undefined
  /** False at the end of the file, where no empty line follows. */
  readonly isWhole: boolean
}

/** What is in the first `end` bytes. Returns what is left over at the end. */
export function* readNotes(file: PlainFile, end: number): Generator<ReadNote, TornNote | undefined, undefined> {
  let text: Paragraph | undefined
  for (const paragraph of readParagraphs(file, end)) {
    if (!paragraph.isWhole) return { line: (text ?? paragraph).line }
    if (text === undefined) {
      text = paragraph
    } else if (isSignatures(paragraph)) {
      yield { line: text.line, bytes: joined(text, paragraph) }
      text = undefined
    } else {
      // A note without signatures: the next one begins here.
      yield { line: text.line, bytes: undefined }
      text = paragraph
    }
  }
  return text === undefined ? undefined : { line: text.line }
}

function isSignatures({ bytes }: Paragraph): boolean {
  return bytes?.subarray(0, SIGNATURE.length).equals(SIGNATURE) === true
}

function joined(text: Paragraph, signatures: Paragraph): Buffer | undefined {
  if (text.bytes === undefined || signatures.bytes === undefined) return undefined
  return Buffer.concat([text.bytes, Buffer.of(LINE_FEED), signatures.bytes])
}

function* readParagraphs(file: PlainFile, end: number): Generator<Paragraph, void, undefined> {
  let position = 0
  let line = 1
  let rest = Buffer.alloc(0)
  let isTooLong = false
  while (position < end) {
    const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, end - position))
    const count = fillBuffer(file, block, position)
    if (count === 0) break
    position += count
    rest = Buffer.concat([rest, block.subarray(0, count)])
    let start = 0
    for (let at = rest.indexOf(END); at !== -1; at = rest.indexOf(END, start)) {
      const bytes = rest.subarray(start, at + 1)
      yield { line, bytes: isTooLong ? undefined : Buffer.from(bytes), isWhole: true }
      line += lineBreaksIn(bytes) + 1
      isTooLong = false
      start = at + END.length
    }
    rest = rest.subarray(start)
    if (rest.length > MAX_PARAGRAPH_BYTES) {
      // Passed over, but for the last byte, which may be the first half of its end.
      line += lineBreaksIn(rest.subarray(0, -1))
      rest = rest.subarray(-1)
      isTooLong = true
    }
  }
  if (rest.length > 0) yield { line, bytes: undefined, isWhole: false }
}

function lineBreaksIn(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) count++
  return count
}
