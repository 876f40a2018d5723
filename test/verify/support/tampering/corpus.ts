// The corpus as files: test/vectors/tampering/<name>/case.json beside log/ and what else was kept.
import { cpSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TamperingCase } from './tampering-case.ts'

export const CORPUS: string = join(import.meta.dirname, '../../../vectors/tampering')

/** Under its own name it would keep git from storing what is beside it. */
const STORED_GITIGNORE = 'dot-gitignore'
const KEPT_CHECKPOINT = 'kept.checkpoint'
export const EXIT_CODES = { intact: 0, tampered: 1, unreadable: 3, incomplete: 4 } as const

/** What is in case.json. */
export interface StoredCase {
  readonly about: string
  /** Verifier keys that are pinned. */
  readonly keys?: readonly string[]
  /** A file beside case.json with a checkpoint that was kept. */
  readonly atLeast?: string
  /** Symbolic links in the log, and where they lead: not every file system has them. */
  readonly links?: Readonly<Record<string, string>>
  /** The key of a log that is signed with a shared secret. */
  readonly sharedKey?: string
  readonly status: TamperingCase['status']
  readonly exitCode: number
  readonly kinds: readonly string[]
}

export function writeCase(corpus: string, { name, log, atLeast, ...rest }: TamperingCase): void {
  const folder = join(corpus, name)
  mkdirSync(folder, { recursive: true })
  const { about, keys, sharedKey, status, kinds } = rest
  const stored: StoredCase = {
    about,
    ...(keys && { keys }),
    ...(atLeast !== undefined && { atLeast: KEPT_CHECKPOINT }),
    ...(log.links.size > 0 && { links: Object.fromEntries(log.links) }),
    ...(sharedKey !== undefined && { sharedKey }),
    status,
    exitCode: EXIT_CODES[status],
    kinds,
  }
  writeFileSync(join(folder, 'case.json'), `${JSON.stringify(stored, undefined, 2)}\n`)
  if (atLeast !== undefined) writeFileSync(join(folder, KEPT_CHECKPOINT), atLeast)
  log.write(join(folder, 'log'))
  renameAll(folder, '.gitignore', STORED_GITIGNORE)
}

export function storedCaseNames(): string[] {
  return readdirSync(CORPUS, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
}

export function readCase(name: string): StoredCase {
  return JSON.parse(readFileSync(join(CORPUS, name, 'case.json'), 'utf8'))
}

/** Copies all cases into a folder, with the names that their files have in an audit folder. */
export function unpackCorpus(target: string): void {
  cpSync(CORPUS, target, { recursive: true })
  renameAll(target, STORED_GITIGNORE, '.gitignore')
  for (const name of storedCaseNames()) {
    const links = Object.entries(readCase(name).links ?? {})
    for (const [path, leadsTo] of links) symlinkSync(leadsTo, join(target, name, 'log', path))
  }
}

export function removeCases(corpus: string): void {
  for (const entry of readdirSync(corpus, { withFileTypes: true })) {
    if (entry.isDirectory()) rmSync(join(corpus, entry.name), { recursive: true })
  }
}

function renameAll(folder: string, from: string, to: string): void {
  for (const path of globSync(`**/${from}`, { cwd: folder })) {
    renameSync(join(folder, path), join(folder, dirname(path), to))
  }
}
