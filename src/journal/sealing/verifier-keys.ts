/** `seal/kansa.vkey`: the keys that check the log's checkpoints, one per line, the oldest first. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseVerifierKey } from '../../seal/key-text.ts'
import type { Signer } from '../../seal/signer.ts'
import { writeFileDurably } from '../durable-file.ts'
import { prepareSubfolder } from '../folder.ts'
import { SEAL_FOLDER, VERIFIER_KEY_FILE } from '../layout.ts'
import type { FileModes } from '../log-files.ts'
import { withOwnFile } from '../own-file.ts'

/**
 * Adds the keys of `signers` that are not there yet. A shared secret has none to publish. A file that is damaged stays as
 * it is: what it lacks is for `kansa verify` to say, not for us to cover up.
 */
export function writeVerifierKeys(dir: string, signers: readonly Signer[], modes: FileModes): void {
  const path = join(dir, VERIFIER_KEY_FILE)
  const kept = withOwnFile(path, fd => readFileSync(fd, 'utf8'))
  const keys = kept === undefined ? [] : kept.split('\n').slice(0, -1)
  if (!keys.every(isVerifierKey)) return
  const added = signers.flatMap(({ verifier }) => verifier.vkey ?? []).filter(key => !keys.includes(key))
  if (added.length === 0) return
  prepareSubfolder(join(dir, SEAL_FOLDER), modes.dirMode)
  writeFileDurably(path, [...keys, ...added].map(key => `${key}\n`).join(''), modes.fileMode)
}

function isVerifierKey(text: string): boolean {
  try {
    parseVerifierKey(text)
    return true
  } catch {
    return false
  }
}
