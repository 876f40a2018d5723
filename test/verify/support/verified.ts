// Verifies a folder in this process, and says in short what came of it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LogReport, Problem } from '../../../src/verify/report.ts'
import { verifyLog } from '../../../src/verify/verify-log.ts'
import type { LogToVerify } from '../../../src/verify/verify-log.ts'
import { sealedFolder, toolCalls } from '../../support/sealed-folder.ts'
import type { SealedFolder, SealedFolderPlan } from '../../support/sealed-folder.ts'

/** Folders that tests made; removed at the end. */
const made: string[] = []

export function sealed(plan: SealedFolderPlan): SealedFolder {
  const folder = sealedFolder(plan)
  made.push(folder.dir)
  return folder
}

/** Thirty records in three files of ten, with checkpoints of size 0, 7, 15, 23 and 30. */
export function threeFiles(plan: Partial<SealedFolderPlan> = {}): SealedFolder {
  return sealed({ records: toolCalls(30), files: [10, 10, 10], checkpoints: [7, 15, 23, 30], ...plan })
}

export function removeFolders(): void {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true })
}

export async function verified(folder: SealedFolder, options: Omit<LogToVerify, 'dir'> = {}): Promise<LogReport> {
  return await verifyLog({ dir: folder.dir, ...options })
}

/** `kind file:line seq` of each problem, with `-` for what is not told. */
export function inShort({ problems }: LogReport): string[] {
  return problems.map(problemInShort)
}

function problemInShort({ kind, file, line, seq }: Problem): string {
  return `${kind} ${file ?? '-'}${line === null ? '' : `:${line}`} ${seq ?? '-'}`
}

/** The lines of a file of the folder, without line breaks. */
export function linesOf(folder: SealedFolder, name: string): string[] {
  return readFileSync(join(folder.dir, name), 'utf8').split('\n').slice(0, -1)
}

export function writeLines(folder: SealedFolder, name: string, lines: readonly string[]): void {
  writeFileSync(join(folder.dir, name), lines.map(line => `${line}\n`).join(''))
}

/** Replaces the lines of a file by what `change` makes of them. */
export function changeLines(folder: SealedFolder, name: string, change: (lines: string[]) => readonly string[]): void {
  writeLines(folder, name, change(linesOf(folder, name)))
}

/** Flips one bit of a file. */
export function flipBit(path: string, bit: number): void {
  const bytes = readFileSync(path)
  const at = Math.floor(bit / 8)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8))
  writeFileSync(path, bytes)
}
