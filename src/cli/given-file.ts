/** Files whose names were typed; `-` is standard input. */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { KansaError, messageOf } from '../errors.ts'
import { STANDARD_INPUT } from '../journal/read-logs.ts'

/** What is given as a proof, a line or a checkpoint is far smaller. */
const MAX_BYTES = 64 * 1024 * 1024

/** @throws KansaError `KANSA_UNREADABLE` */
export function readGiven(path: string): Buffer {
  try {
    if (path === STANDARD_INPUT) return readFileSync(0)
    const fd = openSync(path, 'r')
    try {
      if (fstatSync(fd).size > MAX_BYTES) throw new RangeError('it is too large to be what it is given as')
      return readFileSync(fd)
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    throw new KansaError('KANSA_UNREADABLE', `cannot read ${path}: ${messageOf(error)}`, { cause: error })
  }
}
