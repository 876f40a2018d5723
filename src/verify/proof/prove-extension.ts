/** Makes the proof that a log, as of its newest checkpoint, only appended to what an older checkpoint of it says. */
import { KansaError } from '../../errors.ts'
import { formatConsistencyFile } from '../../seal/consistency-file.ts'
import { proveConsistency } from '../../seal/consistency-proof.ts'
import { TileHashReader } from '../../seal/tile-hash-reader.ts'
import { tileFilesOf } from '../tile-files.ts'
import { checkExtension } from './check-extension.ts'
import type { ProvenExtension } from './check-extension.ts'
import { NotProven, orNotProven } from './not-proven.ts'
import { openTrusted } from './open-trusted.ts'
import type { Trust } from './open-trusted.ts'
import { openNewest } from './sealed-log.ts'
import type { SealedLog } from './sealed-log.ts'

export interface ExtensionProof extends ProvenExtension {
  /** See `seal/consistency-file.ts`. */
  readonly file: Buffer
}

/**
 * The proof is checked as its receiver will check it: there is none for a log that was rolled back or rewritten.
 * @throws NotProven, or KansaError `KANSA_INVALID_CHECKPOINT`, `KANSA_UNREADABLE`
 */
export function proveExtension(log: SealedLog, oldCheckpoint: Uint8Array, trust: Trust): ExtensionProof {
  const { dir } = log
  const old = openTrusted('the older checkpoint', oldCheckpoint, trust)
  if (old.size === 0) {
    throw new KansaError(
      'KANSA_INVALID_CHECKPOINT',
      'the older checkpoint is that of the empty log, which every log extends: there is nothing to prove.',
    )
  }
  const { bytes: checkpoint, size } = openNewest(log, { ...trust, origin: old.origin })
  if (size < old.size) {
    throw new NotProven(
      `the log in ${dir} was rolled back: the older checkpoint covers ${old.size} records, its newest only ${size}`,
    )
  }
  const reader = new TileHashReader(size, tileFilesOf(dir))
  const proof = orNotProven(`the tree of the log in ${dir} is damaged`, () => proveConsistency(reader, old.size, size))
  const file = formatConsistencyFile({ oldSize: old.size, proof, checkpoint })
  return { ...checkExtension(file, oldCheckpoint, trust), file }
}
