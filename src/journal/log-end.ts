/** Where an existing log ends, and what it is called, found without reading more than the ends of its files. */
import { fstatSync } from 'node:fs'
import { factsOfFirstLine, recordsBackwards } from './file-lines.ts'
import { listLogFiles } from './layout.ts'
import { withOwnFile } from './own-file.ts'
import { isOfAnotherProgram } from './recovery.ts'

export interface LogEnd {
  readonly nextSeq: number
  /** Undefined for a log without records. */
  readonly endsWithStop: boolean | undefined
}

/** Looks from the newest file backwards; files of other programs, which have no `seq`, are passed over. */
export function findLogEnd(dir: string): LogEnd {
  let endsWithStop: boolean | undefined
  for (const path of listLogFiles(dir).toReversed()) {
    const nextSeq = withFile(path, (fd, size) => {
      if (size === 0 || isOfAnotherProgram(fd)) return undefined
      for (const facts of recordsBackwards(fd, size)) {
        endsWithStop ??= facts.isStop
        if (facts.seq !== undefined) return facts.seq + 1
      }
      return undefined
    })
    if (nextSeq !== undefined) return { nextSeq, endsWithStop }
  }
  return { nextSeq: 0, endsWithStop }
}

/**
 * One more than the largest `seq` in the newest file that has any; `enough` where it is at least that. Not that of the
 * last line: somebody may have put an old one there.
 */
export function findEndOfRecords(dir: string, enough: number): number {
  for (const path of listLogFiles(dir).toReversed()) {
    const end = withFile(path, (fd, size) => {
      let found = 0
      if (size === 0 || isOfAnotherProgram(fd)) return found
      for (const { seq } of recordsBackwards(fd, size)) {
        found = Math.max(found, (seq ?? -1) + 1)
        if (found >= enough) return enough
      }
      return found
    })
    if (end !== undefined && end > 0) return end
  }
  return 0
}

/** The origin that the newest files name in their first lines. */
export function findOriginInLog(dir: string): string | undefined {
  for (const path of listLogFiles(dir).slice(-2).toReversed()) {
    const origin = withFile(path, (fd, size) => factsOfFirstLine(fd, size)?.origin)
    if (origin !== undefined) return origin
  }
  return undefined
}

function withFile<T>(path: string, use: (fd: number, size: number) => T): T | undefined {
  return withOwnFile(path, fd => use(fd, fstatSync(fd).size))
}
