/** Who else can read what is recorded, and whether this user can write it. */
import { accessSync, constants } from 'node:fs'
import { basename, relative } from 'node:path'
import { ACTIVE_FILE, GITIGNORE_FILE } from '../../journal/layout.ts'
import { type OwnEntry, ownEntries } from '../../journal/own-entries.ts'
import { unusableBecause } from '../../journal/system-error.ts'
import { countText, modeText } from '../quantities.ts'
import { type Check, namesText } from './check.ts'
import { nearestFolder } from './nearest-folder.ts'

export interface Modes {
  readonly fileMode: number
  readonly dirMode: number
}

/** @throws KansaError `KANSA_DIR_UNUSABLE` when this user cannot write there. */
export function checkAccess(dir: string): Check[] {
  const user = process.geteuid?.()
  const folder = nearestFolder(dir)
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw unusableBecause(folder, error)
  }
  const who = user === undefined ? 'this user' : `this user (${user})`
  return [{ name: 'access', status: 'ok', found: `${who} can ${folder === dir ? 'write' : 'make the folder'}` }]
}

/** Modes beyond `wanted`, links, and files of others than the folder's owner. */
export function checkPermissions(dir: string, wanted: Modes): Check[] {
  // Windows has access lists instead.
  if (process.platform === 'win32') return []
  const entries = [...ownEntries(dir)]
  const [folder] = entries
  if (folder === undefined) return []
  const nameOf = ({ path }: OwnEntry): string => relative(dir, path) || 'the folder'
  const links = entries.filter(({ stats }) => stats.isSymbolicLink()).map(nameOf)
  const owner = ownerOf(entries, folder)
  // Volumes of containers belong to root; Kansa uses such folders, but no such files.
  const foreign = entries.filter(({ stats }) => stats.uid !== owner && !(stats.isDirectory() && stats.uid === 0))
  const open = entries.filter(entry => isMoreOpen(entry, wanted))
  const checks: Check[] = [
    ...linksCheck(links),
    ...foreignCheck(foreign.map(nameOf), owner),
    ...openCheck(open.map(entry => `${nameOf(entry)} (${modeText(entry.stats.mode)})`)),
  ]
  if (checks.length > 0) return checks
  const found = `${countText(entries.length, 'entry', 'entries')} of user ${owner}, none open to others`
  return [{ name: 'permissions', status: 'ok', found }]
}

/** The user who is to own the files: this one; for root, who may use anybody's, the one whose log it is. */
function ownerOf(entries: readonly OwnEntry[], folder: OwnEntry): number {
  const user = process.geteuid?.()
  if (user !== undefined && user !== 0) return user
  return (entries.find(({ path }) => basename(path) === ACTIVE_FILE) ?? folder).stats.uid
}

function isMoreOpen({ path, stats }: OwnEntry, { fileMode, dirMode }: Modes): boolean {
  // There is nothing to hide in it, and a link's own mode means nothing.
  if (basename(path) === GITIGNORE_FILE || stats.isSymbolicLink()) return false
  const wanted = stats.isDirectory() ? dirMode : fileMode
  return (stats.mode & 0o077 & ~wanted) !== 0
}

function linksCheck(names: readonly string[]): Check[] {
  if (names.length === 0) return []
  const found = `${namesText(names)}: symbolic link, and Kansa follows none`
  return [{ name: 'permissions', status: 'warning', found, advice: 'Put the real file or folder there.' }]
}

function foreignCheck(names: readonly string[], owner: number): Check[] {
  if (names.length === 0) return []
  const found = `${namesText(names)}: of another user than ${owner}, so Kansa does not use it`
  const advice = 'Run this command as the user that the agent runs as, or give the folder to that user (chown -R).'
  return [{ name: 'permissions', status: 'warning', found, advice }]
}

function openCheck(names: readonly string[]): Check[] {
  if (names.length === 0) return []
  const found = `open to other users: ${namesText(names)}`
  const advice = 'Take the permissions away (chmod -R go-rwx), or set `fileMode` and `dirMode` if it is meant.'
  return [{ name: 'permissions', status: 'warning', found, advice }]
}
