/** Whether the audit folder is one that an agent can use, and what is in it. */
import { lstatSync, readdirSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { isAuditFolder, refuseForeignFolder } from '../../journal/folder.ts'
import { readFormat } from '../../journal/format-file.ts'
import { FORMAT_FILE, listCorruptFiles, listLogFiles, listLogFolders } from '../../journal/layout.ts'
import { unusableBecause } from '../../journal/system-error.ts'
import { bytesText, countText } from '../quantities.ts'
import { type Check, checked, namesText } from './check.ts'

export interface FolderFindings {
  /** False where the folder is not there, or is one that Kansa does not use. */
  readonly isUsable: boolean
  readonly checks: readonly Check[]
  /** Folders of the logs whose lines can be read; those of a newer Kansa are not among them. */
  readonly logs: readonly string[]
  /** Bytes of the folder's own log. */
  readonly bytes: number
}

export function examineFolder(dir: string): FolderFindings {
  const state = checked('folder', () => checkFolder(dir))
  if (state.some(({ status }) => status === 'problem') || lstatSync(dir, { throwIfNoEntry: false }) === undefined) {
    return { isUsable: false, checks: state, logs: [], bytes: 0 }
  }
  const folders = listLogFolders(dir)
  const formats = folders.map(log => {
    const name = log === dir ? 'format' : `format of writers/${basename(log)}`
    return { log, checks: checked(name, () => checkFormat(name, log, log === dir)) }
  })
  const readable = formats.filter(({ checks }) => checks.every(({ status }) => status !== 'problem'))
  return {
    isUsable: true,
    checks: [...state, ...formats.flatMap(({ checks }) => checks)],
    logs: readable.map(({ log }) => log),
    bytes: bytesOf(listLogFiles(dir)),
  }
}

function checkFolder(dir: string): Check[] {
  try {
    if (lstatSync(dir, { throwIfNoEntry: false }) === undefined) {
      return [{ name: 'folder', status: 'note', found: `there is no ${dir} yet; the first agent makes it` }]
    }
    refuseForeignFolder(dir)
    readdirSync(dir)
  } catch (error) {
    throw unusableBecause(dir, error)
  }
  const logs = listLogFolders(dir)
  const files = logs.flatMap(listLogFiles)
  const size = `${countText(files.length, 'file')}, ${bytesText(bytesOf(files))}`
  const holds = logs.length === 0 ? 'no log yet' : `${countText(logs.length, 'log')}, ${size}`
  return [{ name: 'folder', status: 'ok', found: `${dir}: ${holds}` }, ...strangers(dir), ...setAside(dir, logs)]
}

function strangers(dir: string): Check[] {
  if (isAuditFolder(dir)) return []
  const found = 'there are other things in it than the audit, so Kansa leaves its mode as it is'
  return [{ name: 'folder', status: 'note', found, advice: 'Give the audit a folder of its own.' }]
}

function setAside(dir: string, logs: readonly string[]): Check[] {
  const files = logs.flatMap(listCorruptFiles).map(path => relative(dir, path))
  if (files.length === 0) return []
  const found = `${countText(files.length, 'file')} with bytes that were set aside after crashes: ${namesText(files)}`
  const advice = 'The log says what happened (`AuditRecovered`). Look at them, then move them away.'
  return [{ name: 'folder', status: 'note', found, advice }]
}

/** Of a further writer's log there is nothing to say while all is well. */
function checkFormat(name: string, log: string, isMain: boolean): Check[] {
  const format = readFormat(log)
  if (format === undefined) {
    return [{ name, status: 'note', found: `${join(log, FORMAT_FILE)} is not there; the next agent makes it anew` }]
  }
  return isMain ? [{ name, status: 'ok', found: `version ${format.format}, origin ${format.origin}` }] : []
}

function bytesOf(files: readonly string[]): number {
  return files.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0)
}
