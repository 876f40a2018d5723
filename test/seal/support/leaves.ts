// Records and the leaf hashes of a tree over them.
import type { HashReader } from '../../../src/seal/hash-reader.ts'
import { leafHash } from '../../../src/seal/merkle-hash.ts'
import { naiveRoot } from './naive-tree.ts'

/** The bytes of a record, as they would stand in a journal. */
export function entry(index: number): Buffer {
  return Buffer.from(`{"id":"record-${index}","seq":${index}}`)
}

export function leafHashes(size: number): Buffer[] {
  return Array.from({ length: size }, (_, index) => leafHash(entry(index)))
}

/** Serves hashes straight from the leaves. */
export function leafReader(leaves: readonly Buffer[]): HashReader {
  return { hashAt: (level, index) => naiveRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)) }
}
