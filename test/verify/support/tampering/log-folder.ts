// A sealed folder in memory, and what somebody does to it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sealedFolder } from '../../../support/sealed-folder.ts'
import type { SealedFolderPlan } from '../../../support/sealed-folder.ts'

export const ACTIVE = 'audit.jsonl'
const NOTES = 'seal/checkpoints'

export class LogFolder {
  /** By path with slashes, relative to the folder. */
  readonly files: Map<string, Buffer>
  /** Where symbolic links lead, by their own path. */
  readonly links = new Map<string, string>()
  /** Where the lines were, oldest first, before anybody touched them. */
  readonly lines: readonly string[]
  readonly notes: readonly string[]
  readonly vkeys: readonly string[]

  private constructor(
    files: Map<string, Buffer>,
    lines: readonly string[],
    notes: readonly string[],
    vkeys: readonly string[],
  ) {
    this.files = files
    this.lines = lines
    this.notes = notes
    this.vkeys = vkeys
  }

  /** A log as Kansa would have written it. */
  static sealed(plan: SealedFolderPlan): LogFolder {
    const dir = mkdtempSync(join(tmpdir(), 'kansa-corpus-'))
    try {
      const { lines, notes, vkeys } = sealedFolder({ ...plan, dir })
      return new LogFolder(readFolder(dir), lines.map(String), notes.map(String), vkeys)
    } finally {
      rmSync(dir, { recursive: true })
    }
  }

  copy(): LogFolder {
    return new LogFolder(new Map(this.files), this.lines, this.notes, this.vkeys)
  }

  bytes(path: string): Buffer {
    const bytes = this.files.get(path)
    if (bytes === undefined) throw new Error(`there is no ${path}`)
    return bytes
  }

  text(path: string): string {
    return this.bytes(path).toString()
  }

  put(path: string, content: Buffer | string): this {
    this.files.set(path, Buffer.from(content))
    return this
  }

  append(path: string, content: Buffer | string): this {
    return this.put(path, Buffer.concat([this.files.get(path) ?? Buffer.alloc(0), Buffer.from(content)]))
  }

  /** A file, or everything below a folder. */
  remove(path: string): this {
    const found = [...this.files.keys()].filter(each => each === path || each.startsWith(`${path}/`))
    if (found.length === 0) throw new Error(`there is no ${path}`)
    for (const each of found) this.files.delete(each)
    return this
  }

  /** Puts a link in the place of a file. */
  link(path: string, target: string): this {
    this.files.delete(path)
    this.links.set(path, target)
    return this
  }

  rename(from: string, to: string): this {
    return this.put(to, this.bytes(from)).remove(from)
  }

  /** The text of a file in which one part, which must be there once, is replaced. */
  replace(path: string, old: string, by: string): this {
    const parts = this.text(path).split(old)
    if (parts.length !== 2) throw new Error(`${path} has ${old} ${parts.length - 1} times`)
    return this.put(path, parts.join(by))
  }

  /** The lines of a file, without their line breaks, as somebody leaves them. */
  editLines(path: string, edit: (lines: string[]) => readonly string[]): this {
    const lines = edit(this.text(path).split('\n').slice(0, -1))
    return this.put(path, lines.map(line => `${line}\n`).join(''))
  }

  /** The notes of `seal/checkpoints`; `seal/checkpoint` stays as it is. */
  editNotes(edit: (notes: string[]) => readonly string[]): this {
    return this.put(
      NOTES,
      edit([...this.notes])
        .map(note => `${note}\n`)
        .join(''),
    )
  }

  /** The newest checkpoint, in both files, as somebody leaves it. */
  editNewestNote(edit: (note: string) => string): this {
    const newest = edit(this.notes.at(-1) ?? '')
    return this.editNotes(notes => [...notes.slice(0, -1), newest]).put('seal/checkpoint', newest)
  }

  /** The files below `path` as another log has them. */
  takeFrom(other: LogFolder, path: string): this {
    const isBelow = (each: string): boolean => each === path || each.startsWith(`${path}/`)
    for (const each of this.files.keys()) if (isBelow(each)) this.files.delete(each)
    for (const [each, bytes] of other.files) if (isBelow(each)) this.files.set(each, bytes)
    return this
  }

  /** Puts the whole of another log below `path`. */
  include(path: string, other: LogFolder): this {
    for (const [each, bytes] of other.files) this.files.set(`${path}/${each}`, bytes)
    return this
  }

  write(dir: string): void {
    for (const [path, bytes] of this.files) {
      const target = join(dir, path)
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, bytes)
    }
  }
}

/** Every file below a folder, by its path with slashes. */
export function readFolder(dir: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) files.set(path.slice(dir.length + 1).replaceAll('\\', '/'), readFileSync(path))
  }
  return files
}
