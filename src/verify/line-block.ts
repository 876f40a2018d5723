/**
 * The lines that begin in a part of a file, as a verification needs them: their hashes, their `seq`, and what the log
 * says about itself. This is nearly all the work there is, and it needs nothing but the part: threads can share it.
 */
import { LineCollector } from './line-collector.ts'
import type { BlockTiles } from './line-collector.ts'
import { finishLine } from './long-line.ts'
import { SECURITY_MARK, outcomesIn, readOwnRecord } from './own-records.ts'
import type { OwnRecord } from './own-records.ts'
import { fillBuffer } from './plain-file.ts'

/** A part of a file that is open. */
export interface FilePart {
  readonly path: string
  readonly fd: number
  readonly start: number
  readonly end: number
  /** Where the file ends, as far as it is read. */
  readonly fileEnd: number
  /** Whether to look for outcomes of actions; it is done in any case where an action is announced in the part. */
  readonly wantsOutcomes: boolean
}

export interface LineBlock {
  /** Lines. */
  readonly count: number
  /** Of each line, without its line break; one after the other. */
  readonly hashes: Buffer
  /** What each line says its `seq` is; `NO_SEQ` where it says nothing. */
  readonly seqs: Float64Array
  /** Where each line ends in the file, with its line break. */
  readonly ends: Float64Array
  /** False where no line break follows the last line: the file ends. */
  readonly isTerminated: boolean
  readonly tiles: BlockTiles
  readonly own: readonly OwnRecord[]
  /** Whose outcomes are among the lines; undefined where nobody looked. */
  readonly outcomes: readonly string[] | undefined
}

/** As much of the last line is read with the part; what is longer takes another read. */
const SLACK_BYTES = 16 * 1024
const LINE_FEED = 0x0a

// Owned by `readLineBlock`, which never waits: one block after the other is read into the same memory.
let input = Buffer.alloc(0)

/** @throws KansaError `KANSA_UNREADABLE`. */
export function readLineBlock(part: FilePart): LineBlock {
  const { start, end, fileEnd } = part
  // One byte more in front tells whether a line begins there.
  const offset = Math.max(0, start - 1)
  const wanted = Math.min(fileEnd, end + SLACK_BYTES) - offset
  if (input.length < wanted) input = Buffer.allocUnsafeSlow(wanted)
  const bytes = input.subarray(0, fillBuffer(part, input.subarray(0, wanted), offset))
  const collector = new LineCollector(end - start)
  const own: OwnRecord[] = []
  const first = start === 0 ? 0 : afterBreak(bytes)
  const last = Math.min(end - offset, bytes.length)
  let mark = bytes.indexOf(SECURITY_MARK, first)
  let at = first
  for (let lineEnd = 0; at < last; at = lineEnd + 1) {
    lineEnd = bytes.indexOf(LINE_FEED, at)
    if (lineEnd === -1) break
    if (mark !== -1 && mark < lineEnd) {
      add(own, readOwnRecord(bytes.subarray(at, lineEnd), mark - at, collector.count))
      mark = bytes.indexOf(SECURITY_MARK, lineEnd)
    }
    collector.add(bytes, at, lineEnd, offset + lineEnd + 1)
  }
  // What was read ends before this line does.
  const rest = at < last ? finishLine(part, offset + at, bytes.subarray(at), fileEnd) : undefined
  if (rest !== undefined) {
    const restMark = rest.bytes?.indexOf(SECURITY_MARK) ?? -1
    if (rest.bytes !== undefined && restMark !== -1) add(own, readOwnRecord(rest.bytes, restMark, collector.count))
    collector.addFinished(rest)
  }
  const wantsOutcomes = part.wantsOutcomes || own.some(({ category }) => category === 'ActionIntended')
  const { count, hashes, seqs, ends } = collector
  return {
    count,
    hashes,
    seqs,
    ends,
    isTerminated: rest?.isTerminated !== false,
    tiles: collector.tiles(),
    own,
    outcomes: wantsOutcomes ? [...outcomesIn(bytes.subarray(first, at)), ...outcomesIn(rest?.bytes)] : undefined,
  }
}

function afterBreak(bytes: Buffer): number {
  const at = bytes.indexOf(LINE_FEED)
  return at === -1 ? bytes.length : at + 1
}

function add<T>(list: T[], item: T | undefined): void {
  if (item !== undefined) list.push(item)
}
