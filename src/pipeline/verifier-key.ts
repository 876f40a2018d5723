/** Verifier keys for those who write a signer of their own. */
import { KansaError, messageOf } from '../errors.ts'
import { parseVerifierKey as parse } from '../seal/key-text.ts'
import type { Verifier } from '../seal/signer.ts'

/**
 * The verifier of an Ed25519 key in its C2SP text form, `name+id+base64`, as `kansa keygen` prints it.
 * @throws KansaError `KANSA_INVALID_KEY`
 */
export function parseVerifierKey(vkey: string): Verifier {
  try {
    return parse(vkey)
  } catch (error) {
    throw new KansaError('KANSA_INVALID_KEY', `no verifier key: ${messageOf(error)}`, { cause: error })
  }
}
