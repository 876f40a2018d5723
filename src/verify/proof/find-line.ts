/**
 * Finds stored lines by bytes that are in them. Files are read in blocks, so that memory does not grow with them; most
 * of a log is passed over at the speed of a search for bytes.
 */
import { fillBuffer } from '../plain-file.ts'
import type { PlainFile } from '../plain-file.ts'
import { NO_SEQ, seqAtEnd } from '../seq-at-end.ts'

/** Which record: by its number in the log, or by its `id`. */
export type Wanted = { readonly seq: number } | { readonly id: string }

export interface StoredLine {
  /** Path of the file it was found in. */
  readonly path: string
  /** Where it begins there, in bytes. */
  readonly offset: number
  /** Without its line break. */
  readonly bytes: Buffer
}

const BLOCK_BYTES = 1024 * 1024
/** No line of ours is longer; a file without line breaks must not fill the memory. */
const MAX_LINE_BYTES = 32 * BLOCK_BYTES
const LINE_FEED = 0x0a

/**
 * The lines that could be the record, in the files of a log, the oldest first.
 * @throws KansaError `KANSA_UNREADABLE`
 */
export function* findLines(files: readonly PlainFile[], wanted: Wanted): Generator<StoredLine, void, undefined> {
  const needle = needleOf(wanted)
  if (needle.length === 0) return
  for (const file of files) {
    for (const line of linesWith(file, needle)) {
      if ('seq' in wanted ? line.bytes.subarray(-needle.length).equals(needle) : idOf(line.bytes) === wanted.id) {
        yield line
      }
    }
  }
}

/** The `seq` that a log begins with; undefined where that cannot be told. */
export function firstSeqOf([oldest]: readonly PlainFile[]): number | undefined {
  if (oldest === undefined) return undefined
  // Every line of ours has the needle, so the first one found is the first one there.
  for (const { offset, bytes } of linesWith(oldest, Buffer.from('"seq":'))) {
    return offset === 0 ? seqOf(bytes) : undefined
  }
  return undefined
}

/** Undefined on lines of other programs. */
export function seqOf(line: Buffer): number | undefined {
  const seq = seqAtEnd(line, 0, line.length)
  return seq === NO_SEQ ? undefined : seq
}

/** As it stands on a line, where quotation marks inside of texts have a backslash before them. */
function needleOf(wanted: Wanted): Buffer {
  if ('seq' in wanted) return Buffer.from(`"seq":${wanted.seq}}`)
  // Lines have these two escaped, which JSON allows and does not ask for.
  const text = JSON.stringify(wanted.id).replaceAll('\u{2028}', '\\u2028').replaceAll('\u{2029}', '\\u2029')
  return Buffer.from(text.slice(1, -1))
}

function idOf(line: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(line.toString())
    return typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  } catch {
    return undefined
  }
}

function* linesWith(file: PlainFile, needle: Buffer): Generator<StoredLine, void, undefined> {
  let block = Buffer.allocUnsafe(BLOCK_BYTES)
  let used = 0
  /** Where the block begins in the file. */
  let blockAt = 0
  let isInsideLine = false
  for (;;) {
    const count = fillBuffer(file, block.subarray(used), blockAt + used)
    used += count
    // The last line counts without its line break too: whether it was sealed so, its hash tells.
    const end = count === 0 ? used : block.lastIndexOf(LINE_FEED, used - 1) + 1
    let start = 0
    if (isInsideLine) {
      const lineEnd = block.subarray(0, end).indexOf(LINE_FEED)
      isInsideLine = lineEnd === -1
      start = isInsideLine ? end : lineEnd + 1
    }
    for (const { offset, bytes } of linesIn(block.subarray(start, end), needle)) {
      yield { path: file.path, offset: blockAt + start + offset, bytes: Buffer.from(bytes) }
    }
    if (count === 0) return
    block.copyWithin(0, end, used)
    blockAt += end
    used -= end
    if (used < block.length) continue
    if (block.length < MAX_LINE_BYTES) {
      block = Buffer.concat([block], block.length * 2)
    } else {
      blockAt += used
      used = 0
      isInsideLine = true
    }
  }
}

function* linesIn(block: Buffer, needle: Buffer): Generator<{ offset: number; bytes: Buffer }, void, undefined> {
  for (let from = 0; ; ) {
    const hit = block.indexOf(needle, from)
    if (hit === -1) return
    const offset = block.lastIndexOf(LINE_FEED, hit) + 1
    const lineEnd = block.indexOf(LINE_FEED, hit)
    const end = lineEnd === -1 ? block.length : lineEnd
    yield { offset, bytes: block.subarray(offset, end) }
    from = end + 1
  }
}
