/** What `kansa keygen` does. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { KansaError, messageOf } from '../errors.ts'
import { generateOrigin } from '../journal/format-file.ts'
import { withOwnFile } from '../journal/own-file.ts'
import { addSigningKey, parseSigningKeys } from '../seal/key-file.ts'
import { formatHmacKey, generateSigningKey } from '../seal/key-text.ts'
import { SealError } from '../seal/seal-error.ts'
import { SECRET_MODE, replaceSecretFile, writeNewFile } from './new-file.ts'
import { say, writeData } from './output.ts'

export interface KeygenFlags {
  readonly out: string
  readonly name?: string
  readonly hmac?: true
  readonly rotate?: string
}

interface NewKey {
  /** The signing key. It goes into the file and nowhere else. */
  readonly text: string
  /** Absent for a shared secret. */
  readonly vkey: string | undefined
}

const SECRET_BYTES = 32

export async function keygen(flags: KeygenFlags): Promise<void> {
  await (flags.rotate === undefined ? makeKeyFile(flags) : rotate(flags.rotate, flags))
}

async function makeKeyFile({ out, name = generateOrigin(), hmac }: KeygenFlags): Promise<void> {
  const { text, vkey } = newKey(name, hmac === true)
  writeNewFile(out, `${text}\n`, SECRET_MODE)
  say(`the signing key is in ${out}; only this user can read it. Never commit it, and keep a copy in a safe place.`)
  say(`agents sign with it when they find it: KANSA_SIGNING_KEY_FILE=${resolve(out)}`)
  await publish(vkey, 'give it to those who check the log, over another way than the log: kansa verify --key …')
}

async function rotate(path: string, flags: KeygenFlags): Promise<void> {
  const { vkey } = addKey(path, flags)
  say(`${path} has a new key. When the agent starts the next time, it signs one checkpoint with the old and the new`)
  say('key, and then with the new one only. Leave the old key in the file until every log of it was started once.')
  await publish(vkey, 'those who check the log pin it beside the old one: kansa verify --key OLD --key NEW')
}

/** The last key of a file signs; those before it let the first checkpoint of the new one be signed by both. */
function addKey(path: string, { name, hmac }: KeygenFlags): NewKey {
  let added: NewKey | undefined
  try {
    added = withOwnFile(path, fd => {
      const text = readFileSync(fd, 'utf8')
      const current = currentKey(path, text)
      if (hmac === true && !current.isSecret) throw otherKind(path)
      const key = newKey(name ?? current.name, current.isSecret)
      replaceSecretFile(path, fd, addSigningKey(text, key.text))
      return key
    })
  } catch (error) {
    if (error instanceof KansaError) throw error
    throw new KansaError('KANSA_UNREADABLE', `cannot read ${path}: ${messageOf(error)}`, { cause: error })
  }
  if (added !== undefined) return added
  throw new KansaError('KANSA_UNREADABLE', `there is no ${path}. Without --rotate, kansa keygen makes a new file.`)
}

async function publish(vkey: string | undefined, advice: string): Promise<void> {
  if (vkey === undefined) {
    say(
      'a shared secret has no verifier key: whoever can check its signatures can also make them. Those who check need',
    )
    say('the file itself: kansa verify --key-file …')
    return
  }
  say(`the line on standard output is the verifier key: ${advice}`)
  await writeData(`${vkey}\n`)
}

function newKey(name: string, isSecret: boolean): NewKey {
  if (isSecret) return { text: formatHmacKey(name, randomBytes(SECRET_BYTES)), vkey: undefined }
  const { text, signer } = generateSigningKey(name)
  return { text, vkey: signer.verifier.vkey }
}

function currentKey(path: string, text: string): { readonly name: string; readonly isSecret: boolean } {
  try {
    const verifier = parseSigningKeys(text).at(-1)?.verifier
    return { name: verifier?.name ?? '', isSecret: verifier?.vkey === undefined }
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    throw new KansaError('KANSA_INVALID_KEY', `${path} is no file of signing keys: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

function otherKind(path: string): KansaError {
  return new KansaError(
    'KANSA_INVALID_OPTION',
    `${path} has a key pair: a shared secret cannot follow it, because those who pinned the verifier key could not ` +
      'check it. Leave out --hmac, or begin a new log with a new key file.',
  )
}
