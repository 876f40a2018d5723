/**
 * Finds the places of a text that are worth a closer look, in about a nanosecond a character: a table over the low five
 * bits of three neighbouring characters says for almost every place that nothing begins there.
 */
import type { Trigger } from './trigger.ts'

const PAIRS = 1024
const LOW_BITS = 31
const CASE_BIT = 32
/** Neighbours that are everywhere in prose and code: a literal is looked for by others of its characters where it has them. */
const FREQUENT = new Set(
  (
    'the ing and ion ent for tio ati ter her ate con ver all ons res str tri rin ret urn fun unc cti tur nst ons ist ' +
    'sta est ess com pro per ect men ice ser use err ror con nte ten int val lue oke ken key aut tor tho uth sto pas sec cre red bea bas'
  ).split(' '),
)

/** A trigger and which of its characters are in the table. */
interface Entry {
  readonly trigger: Trigger
  /** From the literal's begin to the last of the three characters. */
  readonly offset: number
  readonly codes: Uint16Array
  readonly caseBit: number
}

/** Triggers, and where the literal of each stands. */
export interface Candidates {
  readonly triggers: Trigger[]
  readonly places: number[]
}

/** The triggers that may begin around a place. Immutable. */
export class TriggerTable {
  /** For each two characters the third ones that some trigger has behind them, as bits: 4 KiB, so that it stays in the nearest cache. */
  readonly #gate = new Int32Array(PAIRS)
  readonly #buckets = new Map<number, Entry[]>()

  constructor(triggers: readonly Trigger[]) {
    for (const trigger of triggers) this.#add(trigger)
  }

  /**
   * Adds each trigger whose literal has its three characters from `from` to `to` to `candidates`, in order. `bytes` are the text's, with at
   * least three zeros behind them; `from` is a multiple of four.
   */
  search(text: string, bytes: Uint8Array, from: number, to: number, candidates: Candidates): void {
    const gate = this.#gate
    let a = from === 0 ? 0 : (bytes[from - 2] ?? 0) & LOW_BITS
    let b = from === 0 ? 0 : (bytes[from - 1] ?? 0) & LOW_BITS
    for (let index = from; index < to; index += 4) {
      const c = (bytes[index] ?? 0) & LOW_BITS
      const d = (bytes[index + 1] ?? 0) & LOW_BITS
      const e = (bytes[index + 2] ?? 0) & LOW_BITS
      const f = (bytes[index + 3] ?? 0) & LOW_BITS
      const first = (gate[(a << 5) | b] ?? 0) >>> c
      const second = (gate[(b << 5) | c] ?? 0) >>> d
      const third = (gate[(c << 5) | d] ?? 0) >>> e
      const fourth = (gate[(d << 5) | e] ?? 0) >>> f
      // One test for four places: nearly always nothing begins at any of them.
      if (((first | second | third | fourth) & 1) !== 0) {
        if ((first & 1) !== 0) this.#visit(text, index, (a << 10) | (b << 5) | c, candidates)
        if ((second & 1) !== 0) this.#visit(text, index + 1, (b << 10) | (c << 5) | d, candidates)
        if ((third & 1) !== 0) this.#visit(text, index + 2, (c << 10) | (d << 5) | e, candidates)
        if ((fourth & 1) !== 0) this.#visit(text, index + 3, (d << 10) | (e << 5) | f, candidates)
      }
      a = e
      b = f
    }
  }

  #visit(text: string, index: number, hash: number, candidates: Candidates): void {
    for (const entry of this.#buckets.get(hash) ?? []) {
      const at = index - entry.offset
      if (at < 0 || !matches(text, at, entry)) continue
      candidates.triggers.push(entry.trigger)
      candidates.places.push(at)
    }
  }

  #add(trigger: Trigger): void {
    const caseBit = trigger.exact ? 0 : CASE_BIT
    const codes = Uint16Array.from(trigger.literal, character => character.charCodeAt(0) | caseBit)
    const offset = rarestOffset(trigger.literal) + 2
    let hash = 0
    for (let index = offset - 2; index <= offset; index++) hash = (hash << 5) | ((codes[index] ?? 0) & LOW_BITS)
    const bucket = this.#buckets.get(hash) ?? []
    bucket.push({ trigger, offset, codes, caseBit })
    this.#buckets.set(hash, bucket)
    this.#gate[hash >>> 5] = (this.#gate[hash >>> 5] ?? 0) | (1 << (hash & LOW_BITS))
  }
}

function rarestOffset(literal: string): number {
  const lower = literal.toLowerCase()
  for (let offset = 0; offset + 3 <= lower.length; offset++) {
    if (!FREQUENT.has(lower.slice(offset, offset + 3))) return offset
  }
  return 0
}

function matches(text: string, at: number, { codes, caseBit }: Entry): boolean {
  for (let index = 0; index < codes.length; index++) {
    if ((text.charCodeAt(at + index) | caseBit) !== codes[index]) return false
  }
  return true
}
