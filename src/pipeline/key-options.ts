/** Options for the key that seals the log. */
import { resolve } from 'node:path'
import type { GivenKeys } from '../journal/sealing/signing-keys.ts'
import type { OptionReader, OptionRule } from '../options.ts'
import type { Signer } from '../seal/signer.ts'

export interface KeyOptions {
  /**
   * Signs checkpoints: a key management service or a hardware key, for example. Several: the last one signs, and the one
   * before signs the first checkpoint after a rotation too.
   */
  signer?: Signer | readonly Signer[] | undefined
  /** The signing key as `kansa keygen` writes it. Keep it out of the code: `KANSA_SIGNING_KEY`. */
  signingKey?: string | undefined
  /** A file with it, the newest key last. Default: a key in the audit folder, made on the first start. */
  signingKeyFile?: string | undefined
}

const SIGNER: OptionRule<Signer | readonly Signer[] | undefined> = {
  fallback: undefined,
  expected: 'a signer, { verifier: { name, keyId, verify }, sign }, or a list of such',
  read: value => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value]
    return list.length > 0 && list.every(isSigner) ? list : undefined
  },
}
// No `toRecord`: the key would stand in the log. Not judged here either: a message about a wrong value would show it.
const SIGNING_KEY: OptionRule<string | undefined> = {
  fallback: undefined,
  expected: 'a key that begins with PRIVATE+KEY+ (kansa keygen makes one)',
  read: value => (typeof value === 'string' && value !== '' ? value : undefined),
}
const SIGNING_KEY_FILE: OptionRule<string | undefined> = {
  fallback: undefined,
  expected: 'a path',
  read: value => (typeof value === 'string' && value !== '' ? value : undefined),
  toRecord: path => (path === undefined ? undefined : resolve(path)),
}

/** @throws KansaError `KANSA_INVALID_OPTION`, also where more than one of them is given. */
export function readGivenKeys(reader: OptionReader): GivenKeys {
  const keys = {
    signer: reader.read('signer', SIGNER),
    signingKey: reader.read('signingKey', SIGNING_KEY),
    signingKeyFile: reader.read('signingKeyFile', SIGNING_KEY_FILE),
  }
  const given = Object.entries(keys).flatMap(([name, value]) => (value === undefined ? [] : `\`${name}\``))
  if (given.length > 1) reader.refuse(`${given.join(' and ')} are given: a log has one key, leave one of them`)
  return keys
}

function isSigner(value: unknown): value is Signer {
  if (typeof value !== 'object' || value === null || !('sign' in value) || !('verifier' in value)) return false
  const { sign, verifier } = value
  if (typeof sign !== 'function' || typeof verifier !== 'object' || verifier === null) return false
  return (
    'name' in verifier &&
    typeof verifier.name === 'string' &&
    'keyId' in verifier &&
    typeof verifier.keyId === 'number' &&
    'verify' in verifier &&
    typeof verifier.verify === 'function'
  )
}
