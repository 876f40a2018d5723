/** Checks offline that a log only appended to what an older checkpoint of it says. */
import { parseConsistencyFile } from '../../seal/consistency-file.ts'
import { verifyConsistency } from '../../seal/consistency-proof.ts'
import { NotProven, orNotProven } from './not-proven.ts'
import { openTrusted, signersOf } from './open-trusted.ts'
import type { Trust } from './open-trusted.ts'

export interface ProvenExtension {
  readonly origin: string
  readonly oldSize: number
  readonly treeSize: number
  /** The trusted keys that signed the newer checkpoint, by name and id. */
  readonly signedBy: readonly string[]
}

/**
 * `oldCheckpoint` is a signed checkpoint that who checks has kept; after a rotation of keys both keys are to be trusted.
 * @throws NotProven
 */
export function checkExtension(proofFile: Uint8Array, oldCheckpoint: Uint8Array, trust: Trust): ProvenExtension {
  const old = openTrusted('the older checkpoint', oldCheckpoint, trust)
  const { oldSize, proof, checkpoint } = orNotProven('the proof is malformed', () => parseConsistencyFile(proofFile))
  if (oldSize !== old.size) {
    throw new NotProven(`the proof begins at ${oldSize} records, the older checkpoint has ${old.size}`)
  }
  // Two logs that one key signs must not pass for one.
  const opened = openTrusted('the newer checkpoint', checkpoint, { ...trust, origin: old.origin })
  const { origin, size, root } = opened
  orNotProven(`the log ${origin} is not shown to extend the older checkpoint`, () =>
    verifyConsistency({ oldSize, oldRoot: old.root, size, root, proof }),
  )
  return { origin, oldSize, treeSize: size, signedBy: signersOf(opened) }
}
