/** The seal of a log that is far longer than a test could write: only the edge of its tree, which is all that opening reads. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { formatCheckpoint } from '../../../src/seal/checkpoint.ts'
import { GrowingTree } from '../../../src/seal/growing-tree.ts'
import { HASH_BYTES } from '../../../src/seal/merkle-hash.ts'
import { signNoteSync } from '../../../src/seal/sign-note.ts'
import type { Signer } from '../../../src/seal/signer.ts'
import { type Tile, tilePath } from '../../../src/seal/tile.ts'
import { testSigner, writeCheckpoints } from '../../support/sealed-folder.ts'

/** A folder whose log has ended with `lastLine`, of the `seq` given. Returns the keys to open it with. */
export function plantSealedThrough(dir: string, lastLine: string, seq: number): readonly Signer[] {
  const signer = testSigner()
  const origin = signer.verifier.name
  const tree = new GrowingTree(seq + 1, tile => {
    const bytes = hashesOf(tile)
    put(join(dir, 'seal', tilePath(tile)), bytes)
    return bytes
  })
  const text = formatCheckpoint({ origin, size: tree.size, root: tree.root(), extensions: [] })
  const note = signNoteSync(text, [signer])
  if (note === undefined) throw new Error('a key at hand answers at once')
  put(join(dir, 'seal', 'format'), `${JSON.stringify({ format: 1, origin })}\n`)
  writeCheckpoints(dir, [note])
  put(join(dir, 'audit.jsonl'), `${lastLine}\n`)
  return [signer]
}

/** Any would do. */
function hashesOf({ level, width }: Tile): Buffer {
  return Buffer.alloc(width * HASH_BYTES, level + 1)
}

function put(path: string, content: Buffer | string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(path, content, { mode: 0o600 })
}
