/** What the operating system said, and how it is told to the user. */
import { constants } from 'node:os'
import { isError, KansaError, messageOf } from '../errors.ts'

/** `ENOENT` and the like; undefined for anything that is no system error. */
export function codeOf(thrown: unknown): string | undefined {
  // Node knows no name for it and says `UNKNOWN`.
  if (isError(thrown) && 'errno' in thrown && thrown.errno === -constants.errno.EDQUOT) return 'EDQUOT'
  return isError(thrown) && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
}

const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'Give this user write permission there, or choose another `dir`.',
  EPERM: 'Give this user write permission there, or choose another `dir`.',
  EROFS: 'Mount it writable, or choose another `dir`.',
  ENOSPC: 'Free some space or inodes on that disk, or choose another `dir`.',
  EDQUOT: 'Free some of the quota, or choose another `dir`.',
  EMFILE: 'Raise the limit of open files (ulimit -n).',
  ENOTDIR: 'A part of the path is a file: choose another `dir`.',
  ELOOP: 'Replace the symbolic link by a real folder or file, or choose another `dir`.',
}

/** A folder or file that cannot be used: names the path, the reason and what to do. */
export function unusable(path: string, reason: string, advice: string, cause?: unknown): KansaError {
  return new KansaError('KANSA_DIR_UNUSABLE', `cannot use ${path}: ${reason}. ${advice}`, { cause })
}

/** The same for what a system call threw; a `KansaError` stays what it is. */
export function unusableBecause(path: string, thrown: unknown): KansaError {
  if (thrown instanceof KansaError) return thrown
  const advice = ADVICE[codeOf(thrown) ?? ''] ?? 'Choose another `dir`.'
  return unusable(path, messageOf(thrown), advice, thrown)
}
