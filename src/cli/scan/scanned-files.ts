/** What is searched for secrets: the files of an audit folder, or those that were named. */
import { readdirSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { dirname, join } from 'node:path'
import { KansaError, messageOf } from '../../errors.ts'
import { listCorruptFiles } from '../../journal/layout.ts'
import { type OpenLog, openLogs } from '../../journal/open-logs.ts'
import { STANDARD_INPUT } from '../../journal/read-logs.ts'
import { codeOf } from '../../journal/system-error.ts'
import { requireLogs } from '../require-logs.ts'

const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR'])

/** Lines from one place. */
export interface ScannedSource {
  readonly path: string
  /** In bytes; 0 where nobody knows. */
  readonly bytes: number
  /** Opened only when it is its turn, but for a live log, whose files may move. @throws KansaError `KANSA_UNREADABLE` */
  open(): OpenLog
  /** Whether it may be anything, a picture for example. */
  readonly isForeign: boolean
}

/**
 * Everything in an audit folder that holds lines: its logs, what was set aside after a crash, and dead letters.
 * @throws KansaError `KANSA_UNREADABLE`, `KANSA_FORMAT_NEWER`
 */
export function sourcesIn(dir: string): ScannedSource[] {
  const { activePaths, singleFile } = requireLogs(dir)
  if (singleFile) return givenSources(activePaths)
  const logs = openLogs(dir).map(log => ({ path: log.path, bytes: log.bytes, open: () => log, isForeign: false }))
  const besides = activePaths
    .map(dirname)
    .flatMap(folder => [...listCorruptFiles(folder).map(path => sourceOf(path, false)), ...deadLetters(folder)])
  return [...logs, ...besides]
}

/** `-` is standard input. */
export function givenSources(paths: readonly string[]): ScannedSource[] {
  return paths.map(path => sourceOf(path, true))
}

function sourceOf(path: string, isForeign: boolean): ScannedSource {
  let stats: Stats | undefined
  try {
    stats = path === STANDARD_INPUT ? undefined : statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    return unreadableSource(path, error)
  }
  const open = (): OpenLog => {
    if (stats?.isDirectory() === true) {
      throw new KansaError(
        'KANSA_UNREADABLE',
        `${path} is a folder: name its files, or give an audit folder with --dir`,
      )
    }
    const [log] = openLogs(path)
    if (log === undefined) throw new KansaError('KANSA_UNREADABLE', `cannot read ${path}: there is no such file`)
    return log
  }
  return { path, bytes: stats?.isFile() === true ? stats.size : 0, open, isForeign }
}

/** Where nothing was ever forwarded there are none. A folder that cannot be listed is a source that cannot be read. */
function deadLetters(folder: string): ScannedSource[] {
  const forward = join(folder, 'forward')
  try {
    return readdirSync(forward)
      .filter(name => name.endsWith('.dead-letter.jsonl'))
      .toSorted()
      .map(name => sourceOf(join(forward, name), false))
  } catch (error) {
    return ABSENT.has(codeOf(error) ?? '') ? [] : [unreadableSource(forward, error)]
  }
}

function unreadableSource(path: string, cause: unknown): ScannedSource {
  const open = (): never => {
    throw new KansaError('KANSA_UNREADABLE', `cannot read ${path}: ${messageOf(cause)}`, { cause })
  }
  return { path, bytes: 0, open, isForeign: false }
}
