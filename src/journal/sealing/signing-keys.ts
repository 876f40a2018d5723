/** Where the keys that seal a log come from: given as text or as a file, or made on the first start. */
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { KansaError, messageOf } from '../../errors.ts'
import { parseSigningKeys } from '../../seal/key-file.ts'
import { generateSigningKey } from '../../seal/key-text.ts'
import type { LocalSigner, Signer } from '../../seal/signer.ts'
import { storeKeyFile } from '../kept-key-file.ts'
import { SIGNING_KEY_FILE } from '../layout.ts'
import type { FileModes } from '../log-files.ts'
import { withOwnFile } from '../own-file.ts'
import { codeOf } from '../system-error.ts'

/** How keys were given; at most one of the three. */
export interface GivenKeys {
  readonly signer: Signer | readonly Signer[] | undefined
  readonly signingKey: string | undefined
  readonly signingKeyFile: string | undefined
}

/** Oldest first, at least one; undefined where none were given. @throws KansaError `KANSA_INVALID_KEY` */
export function givenSigners({ signer, signingKey, signingKeyFile }: GivenKeys): readonly Signer[] | undefined {
  if (signer !== undefined) return isList(signer) ? signer : [signer]
  if (signingKey !== undefined) return parse(signingKey, 'the signing key')
  if (signingKeyFile !== undefined) return parse(readKeyFile(signingKeyFile), signingKeyFile)
  return undefined
}

/** The keys of an audit folder, and the file that they stand in. */
export interface KeptKeys {
  readonly signers: readonly LocalSigner[]
  readonly text: string
}

/** The keys of the audit folder `main`; one is made for `name` where there is none. Several processes get the same one. */
export function keptKeys(main: string, name: string, modes: FileModes): KeptKeys {
  const path = join(main, SIGNING_KEY_FILE)
  const kept = withOwnFile(path, fd => readFileSync(fd, 'utf8'))
  if (kept !== undefined) return { signers: parse(kept, path), text: kept }
  const { text, signer } = generateSigningKey(name)
  const made = { signers: [signer], text: `${text}\n` }
  return storeKeys(main, made.text, modes) ? made : keptKeys(main, name, modes)
}

export function hasKeptKeys(main: string): boolean {
  return lstatSync(join(main, SIGNING_KEY_FILE), { throwIfNoEntry: false }) !== undefined
}

/** Writes the file with the keys, unless there is one: then false. */
export function storeKeys(main: string, text: string, modes: FileModes): boolean {
  return storeKeyFile(main, SIGNING_KEY_FILE, text, modes)
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const advice = codeOf(error) === 'ENOENT' ? 'Make one with: kansa keygen --out FILE.' : 'Let this user read it.'
    throw new KansaError('KANSA_INVALID_KEY', `cannot read ${path}: ${messageOf(error)}. ${advice}`, { cause: error })
  }
}

function parse(text: string, where: string): LocalSigner[] {
  try {
    return parseSigningKeys(text)
  } catch (error) {
    // The message of a key error never has the key in it.
    throw new KansaError('KANSA_INVALID_KEY', `${where}: ${messageOf(error)}`, { cause: error })
  }
}

function isList(signer: Signer | readonly Signer[]): signer is readonly Signer[] {
  return Array.isArray(signer)
}
