/** The two small files that say what the folder is: `seal/format` and `.gitignore`. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { KansaError } from '../errors.ts'
import { FORMAT_FILE, GITIGNORE_FILE, isOwnName } from './log-layout.ts'
import { readPlainFile } from './plain-file.ts'
import type { ProblemLog } from './problem-log.ts'

/** The newest version of the format that this code knows. */
const FORMAT_VERSION = 1
const MAX_FILE_BYTES = 64 * 1024
const IGNORE_ALL = '*\n'

/**
 * The log's name, as `seal/format` has it; undefined where that is damaged, which is a problem, or missing, which is one
 * where the log has begun (`hasBegun`).
 * @throws KansaError `KANSA_FORMAT_NEWER`: what a newer Kansa wrote could be misread.
 */
export function checkFormat(dir: string, hasBegun: boolean, problems: ProblemLog): string | undefined {
  const bytes = readPlainFile(join(dir, FORMAT_FILE), MAX_FILE_BYTES)
  const { format, origin } = parse(typeof bytes === 'string' ? '' : bytes.toString('utf8'))
  if (typeof format === 'number' && format > FORMAT_VERSION) {
    throw new KansaError(
      'KANSA_FORMAT_NEWER',
      `${dir} has format version ${format}, this Kansa knows up to ${FORMAT_VERSION}. Update Kansa.`,
    )
  }
  const written = Buffer.from(`${JSON.stringify({ format: FORMAT_VERSION, origin })}\n`)
  if (typeof origin === 'string' && typeof bytes !== 'string' && bytes.equals(written)) return origin
  if (bytes === 'absent' && !hasBegun) return undefined
  const message = bytes === 'absent' ? 'it is not there' : 'it is not as Kansa writes it'
  problems.add('changed-file', { file: FORMAT_FILE }, message)
  return undefined
}

/** It keeps the log out of version control. Among other people's files it is theirs, and anybody may do without. */
export function checkGitignore(dir: string, problems: ProblemLog): void {
  if (!readdirSync(dir).every(isOwnName)) return
  const bytes = readPlainFile(join(dir, GITIGNORE_FILE), MAX_FILE_BYTES)
  if (bytes === 'absent' || (typeof bytes !== 'string' && bytes.toString('latin1') === IGNORE_ALL)) return
  problems.add('changed-file', { file: GITIGNORE_FILE }, 'it is not as Kansa writes it')
}

function parse(text: string): { readonly format?: unknown; readonly origin?: unknown } {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
