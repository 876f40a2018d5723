/** Where the delivery to a destination keeps its state: files named after it in the log's `forward/`. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../folder.ts'

/** Relative to the log's folder. */
export const FORWARD_FOLDER = 'forward'
/** What may name a destination: it becomes part of file names. */
export const DESTINATION_NAME: RegExp = /^[a-z0-9][a-z0-9._-]{0,63}$/

const CURSOR_SUFFIX = '.cursor'
const FOLDER_MODE = 0o700

/** How far the delivery is. */
export function cursorPath(dir: string, name: string): string {
  return join(dir, FORWARD_FOLDER, `${name}${CURSOR_SUFFIX}`)
}

/** What the destination did not take. */
export function deadLetterPath(dir: string, name: string): string {
  return join(dir, FORWARD_FOLDER, `${name}.dead-letter.jsonl`)
}

/** The name of the lock inside of `forward/`. */
export function destinationLockName(name: string): string {
  return `${name}.lock`
}

/** @throws KansaError `KANSA_DIR_UNUSABLE` for a link or another user's folder; the system's error for anything else. */
export function makeForwardFolder(dir: string): string {
  const folder = join(dir, FORWARD_FOLDER)
  makeFolder(folder, FOLDER_MODE)
  return folder
}

/** Names of the destinations that the log in `dir` was ever delivered to, in order. */
export function destinationsOf(dir: string): string[] {
  let names: string[]
  try {
    names = readdirSync(join(dir, FORWARD_FOLDER))
  } catch {
    // Nothing was ever delivered from here.
    return []
  }
  return names
    .filter(name => name.endsWith(CURSOR_SUFFIX))
    .map(name => name.slice(0, -CURSOR_SUFFIX.length))
    .filter(name => DESTINATION_NAME.test(name))
    .toSorted()
}
