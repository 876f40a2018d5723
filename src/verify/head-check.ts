/** Whether the oldest records are missing because the log says that they were deleted. */
import { encodeBase64 } from '../seal/base64.ts'
import { rootOf } from '../seal/hash-reader.ts'
import { SealError } from '../seal/seal-error.ts'
import { TileHashReader } from '../seal/tile-hash-reader.ts'
import type { RetainedRange, SeqRange } from './report.ts'
import { tileFilesOf } from './tile-files.ts'

/** The record reaches as far as the gap does, or further where the process ended before it deleted the file. */
export function explainsHead(retained: RetainedRange, head: SeqRange): boolean {
  return head.firstSeq === 0 && retained.lastSeq >= head.lastSeq
}

/** Whether the tiles lead to the root that the record has; undefined where they do not tell. */
export function isRootOf(dir: string, size: number, { lastSeq, root }: RetainedRange): boolean | undefined {
  try {
    return encodeBase64(rootOf(new TileHashReader(size, tileFilesOf(dir)), lastSeq + 1)) === root
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}
