/** The lines of a log as stored bytes, from a given `seq` on: what the seal of the last process may not have covered. */
import { closeSync, constants, fstatSync } from 'node:fs'
import { BackwardReader, factsOfFirstLine, readBytes } from '../file-lines.ts'
import { readLineFacts } from '../line-facts.ts'
import { listLogFiles } from '../layout.ts'
import { openOwnFile, withOwnFile } from '../own-file.ts'
import { isOfAnotherProgram } from '../recovery.ts'

const LINE_FEED = 0x0a
const BLOCK_BYTES = 1024 * 1024

export interface StoredLine {
  readonly path: string
  /** Where the line begins in its file. */
  readonly start: number
  readonly seq: number
  /** Without the line break; valid until the next line is asked for. */
  readonly bytes: Buffer
}

/** Whether record `seq` of the tree is the line with these bytes. */
export type IsRecord = (seq: number, bytes: Buffer) => boolean

/**
 * Lines with a `seq` of `from` or more, in the order in which they are stored. Others, and what is no line, are passed
 * over. They are looked for from the end, up to the first line before them: `isRecord` keeps one that somebody put there
 * from being taken for that, which would hide all others.
 */
export function* linesFrom(
  dir: string,
  from: number,
  isRecord: IsRecord = () => true,
): Generator<StoredLine, void, undefined> {
  for (const path of filesFrom(dir, from)) {
    const fd = openOwnFile(path, constants.O_RDONLY, 0)
    try {
      yield* linesOf(path, fd, from, isRecord)
    } finally {
      closeSync(fd)
    }
  }
}

/** Oldest first: the file in which `from` may be, and all newer ones. */
function filesFrom(dir: string, from: number): string[] {
  const wanted: string[] = []
  for (const path of listLogFiles(dir).toReversed()) {
    const first = firstSeqOf(path)
    if (first === 'foreign') continue
    wanted.unshift(path)
    if (first !== undefined && first <= from) break
  }
  return wanted
}

function firstSeqOf(path: string): number | 'foreign' | undefined {
  return withOwnFile(path, fd => {
    const { size } = fstatSync(fd)
    return size > 0 && isOfAnotherProgram(fd) ? 'foreign' : factsOfFirstLine(fd, size)?.seq
  })
}

function* linesOf(path: string, fd: number, from: number, isRecord: IsRecord): Generator<StoredLine, void, undefined> {
  const end = new BackwardReader(fd).lineStart(fstatSync(fd).size)
  let lineStart = startOf(fd, end, from, isRecord)
  while (lineStart < end) {
    let block = readBytes(fd, lineStart, Math.min(end, lineStart + BLOCK_BYTES))
    // A line longer than the block: read up to its end.
    while (!block.includes(LINE_FEED)) block = readBytes(fd, lineStart, Math.min(end, lineStart + 2 * block.length))
    let at = 0
    for (let lineEnd = block.indexOf(LINE_FEED); lineEnd !== -1; lineEnd = block.indexOf(LINE_FEED, at)) {
      const bytes = block.subarray(at, lineEnd)
      const seq = readLineFacts(bytes)?.seq
      if (seq !== undefined && seq >= from) yield { path, start: lineStart + at, seq, bytes }
      at = lineEnd + 1
    }
    lineStart += at
  }
}

/** Where the lines begin that may have such a `seq`; found from the end, because there are few. */
function startOf(fd: number, end: number, from: number, isRecord: IsRecord): number {
  if (from === 0) return 0
  const reader = new BackwardReader(fd)
  let start = end
  while (start > 0) {
    const previous = reader.lineStart(start - 1)
    const seq = reader.facts(previous, start - 1)?.seq
    if (seq !== undefined && seq < from && isRecord(seq, readBytes(fd, previous, start - 1))) break
    start = previous
  }
  return start
}
