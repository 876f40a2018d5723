/** Brings a log's lines and its sealed tree together when it is opened: what is unsealed, what is missing. */
import { closeSync, constants, fstatSync, lstatSync } from 'node:fs'
import type { GrowingTree } from '../../seal/growing-tree.ts'
import { leafHash } from '../../seal/merkle-hash.ts'
import { SealError } from '../../seal/seal-error.ts'
import { type ReadTile, TileHashReader } from '../../seal/tile-hash-reader.ts'
import { listLogFiles } from '../layout.ts'
import { findEndOfRecords } from '../log-end.ts'
import { openOwnFile } from '../own-file.ts'
import type { Repair } from '../repair.ts'
import { setAsideFile, setAsideTail } from '../set-aside.ts'
import { linesFrom, type IsRecord, type StoredLine } from './stored-lines.ts'

/**
 * Makes the lines behind the newest checkpoint part of the tree, and says so: they could have been written while nobody
 * watched. `seq` goes on with the larger of what lines and checkpoint say, so nothing is ever given out twice.
 */
export function adoptLines(dir: string, tree: GrowingTree, readTile: ReadTile, repairs: Repair[]): void {
  const sealed = tree.size
  const present = findEndOfRecords(dir, sealed)
  if (present < sealed) repairs.push({ kind: 'missing-records', firstSeq: present, lastSeq: sealed - 1 })
  const gap = adoptUpToGap(dir, tree, isRecordOf(tree, readTile))
  if (tree.size > sealed) repairs.push({ kind: 'adopted-unsealed', firstSeq: sealed, lastSeq: tree.size - 1 })
  if (gap !== undefined) setAsideFrom(dir, gap, tree.size, repairs)
}

/** Power can fail after a younger file reached the disk and before an older one did: returns the first line behind the gap. */
function adoptUpToGap(dir: string, tree: GrowingTree, isRecord: IsRecord): StoredLine | undefined {
  for (const line of linesFrom(dir, tree.size, isRecord)) {
    if (line.seq > tree.size) return line
    // A smaller one has its place in the tree already: somebody else's line, which `kansa verify` names.
    if (line.seq === tree.size) tree.append(line.bytes)
  }
  return undefined
}

/** Says yes where the hash of the record is lost with its tile. */
function isRecordOf(tree: GrowingTree, readTile: ReadTile): IsRecord {
  const stored = new TileHashReader(tree.size, readTile)
  return (seq, bytes) => {
    try {
      return leafHash(bytes).equals(tree.leafHash(seq) ?? stored.hashAt(0, seq))
    } catch (error) {
      if (error instanceof SealError) return true
      throw error
    }
  }
}

function setAsideFrom(dir: string, gap: StoredLine, expectedSeq: number, repairs: Repair[]): void {
  const files = listLogFiles(dir)
  const { path, seq: foundSeq } = gap
  const fd = openOwnFile(path, constants.O_RDWR, 0)
  try {
    const { size } = fstatSync(fd)
    const bytes = size - gap.start
    const file = setAsideTail(dir, fd, gap.start, size)
    repairs.push({ kind: 'sequence-gap', file, bytes, expectedSeq, foundSeq })
  } finally {
    closeSync(fd)
  }
  for (const younger of files.slice(files.indexOf(path) + 1)) {
    const file = setAsideFile(dir, younger)
    if (file !== undefined)
      repairs.push({ kind: 'sequence-gap', file, bytes: lstatSync(file).size, expectedSeq, foundSeq })
  }
}
