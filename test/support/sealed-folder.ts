// A small sealed log, made from the pure parts of the seal alone: no journal, no clock, no chance.
import { appendFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { encodeBase64 } from '../../src/seal/base64.ts'
import { formatCheckpoint } from '../../src/seal/checkpoint.ts'
import { ed25519Signer } from '../../src/seal/ed25519-key.ts'
import { GrowingTree } from '../../src/seal/growing-tree.ts'
import { signNoteSync } from '../../src/seal/sign-note.ts'
import type { LocalSigner } from '../../src/seal/signer.ts'
import { tilePath } from '../../src/seal/tile.ts'

export const ORIGIN = 'kansa.log/test'

/** Ed25519, with a seed of 32 bytes of `fill`: the same key in every run. */
export function testSigner(fill = 1, name = ORIGIN): LocalSigner {
  return ed25519Signer(name, Buffer.alloc(32, fill))
}

/** A record before it has its `seq`; a function is told the seq and the root of the records before it (base64). */
export type RecordPlan = object | ((seq: number, rootBefore: string) => object)

export interface SealedFolderPlan {
  /** Where; a new temporary folder by default. It may exist. */
  readonly dir?: string
  readonly origin?: string
  /** `toolCall(n)` and the like; what stands on the lines. */
  readonly records: readonly RecordPlan[]
  /** How many records each file has, oldest first; the last number is the active file's. All in one file by default. */
  readonly files?: readonly number[]
  /** The sizes of the checkpoints after the one of size 0, growing; all records by default. */
  readonly checkpoints?: readonly number[]
  /** Who signs the checkpoint of a size. One key by default. */
  readonly signersAt?: (size: number) => readonly LocalSigner[]
}

export interface SealedFolder {
  readonly dir: string
  readonly origin: string
  /** Without their line breaks; `lines[n]` has the seq n. */
  readonly lines: readonly Buffer[]
  /** Paths of the journal's files, oldest first. */
  readonly files: readonly string[]
  /** All notes, oldest first. */
  readonly notes: readonly Buffer[]
  /** The verifier keys in `seal/kansa.vkey`, oldest first. */
  readonly vkeys: readonly string[]
}

export function sealedFolder(plan: SealedFolderPlan): SealedFolder {
  const dir = plan.dir ?? mkdtempSync(join(tmpdir(), 'kansa-sealed-'))
  const origin = plan.origin ?? ORIGIN
  const defaultSigners = [testSigner()]
  const signersAt = plan.signersAt ?? ((): readonly LocalSigner[] => defaultSigners)
  const sizes = plan.checkpoints ?? (plan.records.length === 0 ? [] : [plan.records.length])
  const tree = new GrowingTree()
  const lines: Buffer[] = []
  const notes: Buffer[] = []
  const vkeys = new Set<string>()
  let sealed = 0
  const seal = (): void => {
    const { size, root, tiles } = tree.growthSince(sealed)
    for (const { tile, bytes } of tiles) put(dir, `seal/${tilePath(tile)}`, bytes)
    const signers = signersAt(size)
    const note = signNoteSync(formatCheckpoint({ origin, size, root, extensions: [] }), signers)
    if (note === undefined) throw new Error('the signers of this builder answer at once')
    notes.push(note)
    for (const { verifier } of signers) if (verifier.vkey !== undefined) vkeys.add(verifier.vkey)
    sealed = size
    tree.forgetThrough(size)
  }
  put(dir, '.gitignore', '*\n')
  put(dir, 'seal/format', `${JSON.stringify({ format: 1, origin })}\n`)
  seal()
  for (const record of plan.records) {
    const line = lineOf(record, tree)
    lines.push(line)
    tree.append(line)
    if (sizes.includes(tree.size)) seal()
  }
  if (vkeys.size > 0) put(dir, 'seal/kansa.vkey', [...vkeys].map(vkey => `${vkey}\n`).join(''))
  writeCheckpoints(dir, notes)
  return { dir, origin, lines, files: writeFiles(dir, lines, plan.files ?? [lines.length]), notes, vkeys: [...vkeys] }
}

/** Writes `seal/checkpoints` and `seal/checkpoint` anew. */
export function writeCheckpoints(dir: string, notes: readonly Buffer[]): void {
  put(dir, 'seal/checkpoints', Buffer.concat(notes.flatMap(note => [note, Buffer.from('\n')])))
  put(dir, 'seal/checkpoint', notes.at(-1) ?? '')
}

/** A further checkpoint of a tree that is given by its lines, as whoever holds the keys would sign it. */
export function signedCheckpoint(lines: readonly Buffer[], signers: readonly LocalSigner[], origin = ORIGIN): Buffer {
  const tree = new GrowingTree()
  for (const line of lines) tree.append(line)
  const note = signNoteSync(formatCheckpoint({ origin, size: tree.size, root: tree.root(), extensions: [] }), signers)
  if (note === undefined) throw new Error('the signers of this builder answer at once')
  return note
}

/** Appends lines that no checkpoint covers. */
export function appendLines(path: string, lines: readonly (Buffer | string)[]): void {
  for (const line of lines) appendFileSync(path, Buffer.concat([Buffer.from(line), Buffer.from('\n')]))
}

/** The record with its `seq` at the end, as it stands in the journal. */
export function lineWithSeq(record: object, seq: number): Buffer {
  return Buffer.from(JSON.stringify({ ...record, seq }))
}

/** A record of a tool call; `n` tells them apart. */
export function toolCall(n: number): object {
  return {
    id: `0199c0de-0000-7000-8000-${String(n).padStart(12, '0')}`,
    timestamp: new Date(Date.UTC(2026, 10, 22) + n * 1000).toISOString(),
    actor_id: 'shell',
    event_type: { type: 'ToolCall', data: { tool_name: 'shell', call_id: `call-${n}`, success: true } },
  }
}

export function toolCalls(count: number): object[] {
  return Array.from({ length: count }, (_, n) => toolCall(n))
}

/** A record of the log about itself. */
export function ownRecord(category: string, context: Readonly<Record<string, string>>): object {
  return {
    id: `0199c0de-0000-7000-9000-${category}`,
    timestamp: '2026-11-22T12:00:00.000Z',
    actor_id: 'kansa',
    event_type: {
      type: 'Security',
      data: { severity: 'Info', category, message: category, source: 'kansa', action: 'Logged', context },
    },
  }
}

/**
 * The records `[firstSeq, lastSeq]` in `file` are about to be deleted. `root` is that of the first `lastSeq` + 1
 * records: `rootOfLines`.
 */
export function retentionDeleted(file: string, firstSeq: number, lastSeq: number, root: string): object {
  return ownRecord('RetentionDeleted', { file, first_seq: String(firstSeq), last_seq: String(lastSeq), root })
}

/** Base64, as it stands in checkpoints and in `RetentionDeleted`. */
export function rootOfLines(lines: readonly (Buffer | string)[]): string {
  const tree = new GrowingTree()
  for (const line of lines) tree.append(Buffer.from(line))
  return encodeBase64(tree.root())
}

function lineOf(record: RecordPlan, tree: GrowingTree): Buffer {
  const seq = tree.size
  return lineWithSeq(typeof record === 'function' ? record(seq, encodeBase64(tree.root())) : record, seq)
}

function writeFiles(dir: string, lines: readonly Buffer[], counts: readonly number[]): string[] {
  let from = 0
  return counts.map((count, index) => {
    const suffix = counts.length - 1 - index
    const name = suffix === 0 ? 'audit.jsonl' : `audit.jsonl.${suffix}`
    const content = lines.slice(from, from + count).flatMap(line => [line, Buffer.from('\n')])
    from += count
    return put(dir, name, Buffer.concat(content))
  })
}

function put(dir: string, name: string, content: Buffer | string): string {
  const path = join(dir, name)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(path, content, { mode: 0o600 })
  return path
}
