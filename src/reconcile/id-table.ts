/**
 * Which `seq` a record of an id has. Made only where an export asks for it, because it costs about 30 bytes a record: a
 * table of fingerprints (open addressing), whose answers are looked up in the log.
 */
import { parseRawEvent, textAt } from '../events/line.ts'
import type { IndexedLines } from './indexed-lines.ts'

const EMPTY = -1
const HEAD_BYTES = 256
/** `id` comes first on every line that Kansa writes; ids without escapes need no parser. */
const ID_AT_HEAD = /^\{"id":"([^"\\]*)"/
const FNV_PRIME = 0x01000193
const FNV_OFFSET = 0x811c9dc5

// Owned by the comparison of one log.
export class IdTable {
  private readonly lines: IndexedLines
  private readonly seqs: Float64Array
  private readonly prints: Uint32Array

  static async of(lines: IndexedLines): Promise<IdTable> {
    const table = new IdTable(lines)
    await lines.forEach((seq, line) => table.add(idOf(line), seq))
    return table
  }

  private constructor(lines: IndexedLines) {
    this.lines = lines
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, lines.size * 2)))
    this.seqs = new Float64Array(slots).fill(EMPTY)
    this.prints = new Uint32Array(slots)
  }

  /** `undefined` where no line has this id. */
  async seqOf(id: string): Promise<number | undefined> {
    const print = hashOf(id, FNV_OFFSET)
    for (let slot = this.slotOf(id); this.seqs[slot] !== EMPTY; slot = this.next(slot)) {
      const seq = this.seqs[slot] ?? EMPTY
      if (this.prints[slot] !== print) continue
      const line = await this.lines.lineOf(seq)
      if (line !== undefined && idOf(line) === id) return seq
    }
    return undefined
  }

  private add(id: string, seq: number): void {
    let slot = this.slotOf(id)
    while (this.seqs[slot] !== EMPTY) slot = this.next(slot)
    this.seqs[slot] = seq
    this.prints[slot] = hashOf(id, FNV_OFFSET)
  }

  private slotOf(id: string): number {
    return hashOf(id, 0) % this.seqs.length
  }

  private next(slot: number): number {
    return (slot + 1) % this.seqs.length
  }
}

export function idOf(line: Buffer): string {
  const id = ID_AT_HEAD.exec(line.toString('utf8', 0, HEAD_BYTES))?.[1]
  if (id !== undefined) return id
  const raw = parseRawEvent(line.toString('utf8'))
  return 'problem' in raw ? '' : textAt(raw.line, 'id')
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
function hashOf(text: string, offset: number): number {
  let hash = offset
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME)
  return (hash ^ (hash >>> 15)) >>> 0
}
