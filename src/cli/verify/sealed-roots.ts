/** Looks up a checkpoint of a log among all that it has: `seal/checkpoints`, whose notes the verification has checked. */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { CHECKPOINTS_FILE } from '../../journal/layout.ts'
import { codeOf } from '../../journal/system-error.ts'

/** More than the first three lines of a note have. */
const MAX_HEAD_BYTES = 4096

/** Base64, as it stands there; `undefined` where the log was never sealed at this size. */
export async function sealedRoot(dir: string, origin: string, size: number): Promise<string | undefined> {
  const head = Buffer.from(`\n${origin}\n${size}\n`)
  // As if a line break stood before the first note, too.
  let bytes: Buffer = Buffer.from('\n')
  try {
    for await (const block of createReadStream(join(dir, CHECKPOINTS_FILE))) {
      if (!Buffer.isBuffer(block)) continue
      bytes = Buffer.concat([bytes.subarray(-MAX_HEAD_BYTES), block])
      const root = rootBehind(bytes, head)
      if (root !== undefined) return root
    }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  return undefined
}

function rootBehind(bytes: Buffer, head: Buffer): string | undefined {
  const at = bytes.indexOf(head)
  const start = at + head.length
  const end = at === -1 ? -1 : bytes.indexOf('\n', start)
  return end === -1 ? undefined : bytes.toString('latin1', start, end)
}
