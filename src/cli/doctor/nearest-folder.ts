/** The folder that is there. */
import { statSync } from 'node:fs'
import { dirname } from 'node:path'

/** `dir`, or the nearest folder above it that exists: where it would be made. */
export function nearestFolder(dir: string): string {
  let folder = dir
  while (!isFolder(folder) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
