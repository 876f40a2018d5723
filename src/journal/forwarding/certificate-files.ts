/** Certificates and keys for TLS, from the files that options and variables name. */
import { readFileSync } from 'node:fs'
import { KansaError, messageOf } from '../../errors.ts'

/**
 * @param what names the option or variable in the message.
 * @throws KansaError `KANSA_INVALID_OPTION`: going on without it would send records to whoever answers, or without
 * saying who sends them.
 */
export function readCertificateFile(what: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new KansaError('KANSA_INVALID_OPTION', `${what}: cannot read ${path}: ${messageOf(error)}`, { cause: error })
  }
}
