/**
 * The file with the keys of a log: one signing key on a line, the oldest first. The last one signs; those before it are
 * kept so that the first checkpoint after a rotation can be signed by the old and the new key.
 */
import { fullKeyName } from './key-id.ts'
import { parseSigningKey } from './key-text.ts'
import { SealError } from './seal-error.ts'
import type { LocalSigner } from './signer.ts'

const COMMENT = '#'

/**
 * Reads such a file: the signers, the oldest first, at least one. Empty lines and lines that begin with `#` are passed
 * over. A message names the line, never the key.
 * @throws SealError `malformed-key`, also where there is no key, or one twice; `unknown-key-type` or `unsafe-key`.
 */
export function parseSigningKeys(text: string): LocalSigner[] {
  const signers = new Map<string, LocalSigner>()
  for (const [at, line] of text.split('\n').entries()) {
    const key = line.trim()
    if (key === '' || key.startsWith(COMMENT)) continue
    const signer = parseLine(key, at + 1)
    const name = fullKeyName(signer.verifier)
    // Which of the two is the newest could not be told.
    if (signers.has(name)) throw new SealError('malformed-key', `line ${at + 1} has the key ${name} again`)
    signers.set(name, signer)
  }
  if (signers.size === 0) throw new SealError('malformed-key', 'there is no signing key in the file')
  return [...signers.values()]
}

function parseLine(key: string, line: number): LocalSigner {
  try {
    return parseSigningKey(key)
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    throw new SealError(error.reason, `line ${line}: ${error.message}`, { cause: error })
  }
}

/**
 * The text of the file with one more key, which signs from now on. Everything else in it stays as it is.
 * @throws SealError what `parseSigningKeys` throws, for the old text and for the new one.
 */
export function addSigningKey(text: string, key: string): string {
  parseSigningKeys(text)
  const added = `${text}${text.endsWith('\n') ? '' : '\n'}${key}\n`
  parseSigningKeys(added)
  return added
}
