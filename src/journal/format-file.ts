/** `seal/format`: which version of the format a folder has, and the log's origin, which never changes. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { KansaError } from '../errors.ts'
import { writeFileDurably } from './durable-file.ts'
import { prepareSubfolder } from './folder.ts'
import { FORMAT_FILE, SEAL_FOLDER } from './layout.ts'
import { withOwnFile } from './own-file.ts'
import { unusable } from './system-error.ts'

/** The version this code writes. It reads every older one. */
export const FORMAT_VERSION = 1

export interface LogFormat {
  readonly format: number
  readonly origin: string
}

/**
 * Reads what the folder says about its log; undefined where there is no format file yet.
 * @throws KansaError `KANSA_FORMAT_NEWER`, or `KANSA_DIR_UNUSABLE` for a damaged file.
 */
export function readFormat(dir: string): LogFormat | undefined {
  const path = join(dir, FORMAT_FILE)
  const text = withOwnFile(path, fd => readFileSync(fd, 'utf8'))
  if (text === undefined) return undefined
  const { format, origin } = parse(text) ?? {}
  if (format === undefined) throw damaged(path)
  if (format > FORMAT_VERSION) {
    throw new KansaError(
      'KANSA_FORMAT_NEWER',
      `${dir} has format version ${format}, this Kansa knows up to ${FORMAT_VERSION}. Update Kansa, or choose ` +
        'another `dir`.',
    )
  }
  if (origin === undefined) throw damaged(path)
  return { format, origin }
}

/** Reads the origin kept in the folder; undefined where there is no format file yet. */
export function readOrigin(dir: string): string | undefined {
  return readFormat(dir)?.origin
}

export function writeOrigin(dir: string, origin: string, modes: { fileMode: number; dirMode: number }): void {
  prepareSubfolder(join(dir, SEAL_FOLDER), modes.dirMode)
  const text = `${JSON.stringify({ format: FORMAT_VERSION, origin })}\n`
  writeFileDurably(join(dir, FORMAT_FILE), text, modes.fileMode)
}

/** A name that no other log has: schema-less, without spaces and plus signs, as checkpoints want it. */
export function generateOrigin(): string {
  return `kansa.log/${randomUUID()}`
}

function parse(text: string): { format: number | undefined; origin: string | undefined } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const format = 'format' in value && typeof value.format === 'number' ? value.format : undefined
    const origin =
      'origin' in value && typeof value.origin === 'string' && value.origin !== '' ? value.origin : undefined
    return { format, origin }
  } catch {
    return undefined
  }
}

function damaged(path: string): KansaError {
  return unusable(path, 'the file is damaged', 'Delete it: Kansa then takes the origin from the log itself.')
}
