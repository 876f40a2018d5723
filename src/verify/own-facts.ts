/** Gathers what the log says about itself, as far as it is sealed and unaltered. */
import { BoundedList } from './bounded-list.ts'
import { asText } from './own-records.ts'
import type { OwnRecord } from './own-records.ts'
import type { AdoptedRange, RetainedRange, SeqRange, UnfinishedAction } from './report.ts'

/** Actions that are under way at the same time; more of them are only counted. */
const MAX_OPEN = 100_000
const MAX_LAST_RETAINED = 200
const DECIMAL = /^\d{1,16}$/
/** A file that was left where it is although not all of it, or nothing, is of this log; it became a backup. */
const LEFT_AS_IT_IS = new Set(['other-program', 'unmovable-tail'])

// Owned by the verification of one log.
export class OwnFacts {
  readonly retained: BoundedList<RetainedRange> = new BoundedList<RetainedRange>()
  readonly adopted: BoundedList<AdoptedRange> = new BoundedList<AdoptedRange>()
  /** The newest ones: a deletion is explained by one of the last records about deletions, never by an old one. */
  readonly lastRetained: RetainedRange[] = []
  auditFailures = 0
  /** Sizes of files that the log says were left as they were. */
  readonly foreignFileSizes: Set<number> = new Set()
  private readonly open = new Map<string, UnfinishedAction>()
  private uncounted = 0

  add({ category, context }: OwnRecord, seq: number): void {
    if (category === 'AuditFailure') this.auditFailures++
    else if (category === 'RetentionDeleted') this.addRetained(context, seq)
    else if (category === 'AuditRecovered') this.addRecovered(context, seq)
    else this.addIntent(context, seq)
  }

  get hasOpenActions(): boolean {
    return this.open.size > 0
  }

  /** Ids of calls, and of runs that ended. */
  addOutcomes(outcomes: readonly string[]): void {
    for (const id of outcomes) this.open.delete(id)
  }

  /** Actions without an outcome so far. */
  unfinished(): { readonly items: readonly UnfinishedAction[]; readonly omitted: number } {
    const list = new BoundedList<UnfinishedAction>()
    for (const action of this.open.values()) list.add(action)
    return { items: list.items, omitted: list.omitted + this.uncounted }
  }

  private addRetained(context: OwnRecord['context'], seq: number): void {
    const range = rangeOf(context)
    const root = asText(context['root'])
    if (range === undefined || root === undefined) return
    const retained = { seq, file: asText(context['file']) ?? '', ...range, root }
    this.retained.add(retained)
    this.lastRetained.push(retained)
    if (this.lastRetained.length > MAX_LAST_RETAINED) this.lastRetained.shift()
  }

  private addRecovered(context: OwnRecord['context'], seq: number): void {
    const kind = asText(context['kind']) ?? ''
    const range = rangeOf(context)
    if (kind === 'adopted-unsealed' && range !== undefined) this.adopted.add({ seq, ...range })
    const bytes = countOf(context['bytes'])
    if (LEFT_AS_IT_IS.has(kind) && bytes !== undefined) this.foreignFileSizes.add(bytes)
  }

  private addIntent(context: OwnRecord['context'], seq: number): void {
    const [kind = '', name = '', callId = ''] = ['kind', 'name', 'call_id'].map(key => asText(context[key]))
    if (this.open.size < MAX_OPEN) this.open.set(callId, { seq, kind, name, callId })
    else this.uncounted++
  }
}

function rangeOf(context: OwnRecord['context']): SeqRange | undefined {
  const firstSeq = countOf(context['first_seq'])
  const lastSeq = countOf(context['last_seq'])
  return firstSeq === undefined || lastSeq === undefined || firstSeq > lastSeq ? undefined : { firstSeq, lastSeq }
}

/** Values of a context are text. */
function countOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}
