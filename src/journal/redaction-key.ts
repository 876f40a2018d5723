/**
 * The key of the marks that masked secrets leave. Whoever has it can try guesses against a mark, and nothing more: it is
 * kept like the signing key, and no copy of it goes anywhere.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { KansaError, messageOf } from '../errors.ts'
import { storeKeyFile } from './kept-key-file.ts'
import { REDACTION_KEY_FILE } from './layout.ts'
import type { FileModes } from './log-files.ts'
import { withOwnFile } from './own-file.ts'
import { unusableBecause } from './system-error.ts'

const KEY_BYTES = 32
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

export function newRedactionKey(): Buffer {
  return randomBytes(KEY_BYTES)
}

/** A key as text: base64 of at least 32 bytes. `undefined` for anything else. */
export function parseRedactionKey(text: string): Buffer | undefined {
  const trimmed = text.trim()
  const key = BASE64.test(trimmed) ? Buffer.from(trimmed, 'base64') : undefined
  return key !== undefined && key.length >= KEY_BYTES ? key : undefined
}

/**
 * The key of the audit folder `main`, made on the first start; all logs below it share it, so that equal secrets have
 * equal marks. A damaged file is not replaced silently: later marks would no longer tell of the same secret.
 * @throws KansaError `KANSA_INVALID_KEY` for a damaged file; `KANSA_DIR_UNUSABLE`
 */
export function keptRedactionKey(main: string, modes: Pick<FileModes, 'dirMode'>): Buffer {
  const path = join(main, REDACTION_KEY_FILE)
  try {
    const kept = withOwnFile(path, fd => readFileSync(fd, 'utf8'))
    if (kept !== undefined) return parsed(kept, path, 'Restore it, or remove it: marks of equal secrets then differ.')
    const key = newRedactionKey()
    return storeRedactionKey(main, key, modes) ? key : keptRedactionKey(main, modes)
  } catch (error) {
    throw unusableBecause(path, error)
  }
}

/** Writes the file with the key, unless there is one: then false. */
export function storeRedactionKey(main: string, key: Buffer, modes: Pick<FileModes, 'dirMode'>): boolean {
  return storeKeyFile(main, REDACTION_KEY_FILE, `${key.toString('base64')}\n`, modes)
}

/** A file that somebody chose. @throws KansaError `KANSA_INVALID_KEY` */
export function readRedactionKeyFile(path: string): Buffer {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const message = `cannot read ${path}: ${messageOf(error)}. Make one with: openssl rand -base64 32.`
    throw new KansaError('KANSA_INVALID_KEY', message, { cause: error })
  }
  return parsed(text, path, 'Make one with: openssl rand -base64 32.')
}

function parsed(text: string, path: string, advice: string): Buffer {
  const key = parseRedactionKey(text)
  if (key !== undefined) return key
  throw new KansaError('KANSA_INVALID_KEY', `${path} is no redaction key, base64 text of ${KEY_BYTES} bytes. ${advice}`)
}
