/** Keys that were typed: `--key`, and the lines of `--key-file`. */
import type { Verifier } from '../seal/signer.ts'
import { parseGivenKeyFile, parseGivenKeys } from '../verify/log-keys.ts'
import { readGiven } from './given-file.ts'

export interface KeyFlags {
  readonly key?: readonly string[]
  readonly keyFile?: string
}

/** @throws KansaError `KANSA_INVALID_KEY` or `KANSA_UNREADABLE` */
export function givenKeys({ key = [], keyFile }: KeyFlags): Verifier[] {
  const listed = keyFile === undefined ? [] : parseGivenKeyFile(readGiven(keyFile).toString(), keyFile)
  return [...parseGivenKeys(key), ...listed]
}
