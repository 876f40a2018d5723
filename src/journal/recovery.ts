/**
 * What a crash leaves at the end of a file: half a line, NUL bytes (size written, data not), garbage. It is set aside,
 * never glued to the next record, and never keeps the log from being opened.
 */
import { fstatSync } from 'node:fs'
import { BackwardReader, factsOfFirstLine, factsOfLastRecord, readBytes } from './file-lines.ts'
import type { BadTailKind, Repair } from './repair.ts'
import { setAsideTail } from './set-aside.ts'

const BLOCK_BYTES = 1024 * 1024

/** Where the last record of the file ends, and what kind of bytes follow; undefined where nothing follows. */
export function findBadTail(fd: number): { start: number; end: number; kind: BadTailKind } | undefined {
  const end = fstatSync(fd).size
  const reader = new BackwardReader(fd)
  let start = reader.lineStart(end)
  let kind: BadTailKind = start < end && isNulOnly(fd, start, end) ? 'nul-bytes' : 'torn-line'
  while (start > 0) {
    const lineStart = reader.lineStart(start - 1)
    if (reader.facts(lineStart, start - 1) !== undefined) break
    kind = 'not-a-record'
    start = lineStart
  }
  return start === end ? undefined : { start, end, kind }
}

/** Sets aside what follows the last record. Throws where the disk does not allow it. */
export function repairTail(dir: string, fd: number): Repair | undefined {
  const tail = findBadTail(fd)
  if (tail === undefined) return undefined
  const file = setAsideTail(dir, fd, tail.start, tail.end)
  return { kind: tail.kind, file, bytes: tail.end - tail.start }
}

/** Sets aside a last line without end, whatever is before it; returns where, if there was one. */
export function setAsideUnfinishedLine(dir: string, fd: number): string | undefined {
  const end = fstatSync(fd).size
  const start = new BackwardReader(fd).lineStart(end)
  return start === end ? undefined : setAsideTail(dir, fd, start, end)
}

/** A log of another program: records without `seq` at both ends. */
export function isOfAnotherProgram(fd: number): boolean {
  const { size } = fstatSync(fd)
  const first = factsOfFirstLine(fd, size)
  if (first === undefined || first.seq !== undefined) return false
  return factsOfLastRecord(fd, size)?.seq === undefined
}

function isNulOnly(fd: number, start: number, end: number): boolean {
  for (let at = start; at < end; at += BLOCK_BYTES) {
    if (readBytes(fd, at, Math.min(end, at + BLOCK_BYTES)).some(byte => byte !== 0)) return false
  }
  return true
}
