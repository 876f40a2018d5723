/**
 * Goes through the lines of a block and reads single fields of them without parsing. That works for lines in Kansa's own
 * key order: `id` first, `seq` last. A key that is found is taken for the field's only where it stands once and in the
 * data itself, not in a text or an object within. Whatever else a line may be, it is parsed.
 */
import type { AuditEventKind } from '../events/kinds.ts'
import type { RawEvent } from '../events/line.ts'
import { EventLine, type EventReading, readEvent } from '../journal/read-event.ts'
import { type LineBlock, lineIn, type StoredLine } from '../journal/read-lines.ts'
import { isMemberAt } from './json-members.ts'
import { OccurrenceCursor } from './occurrence-cursor.ts'
import { ALL_KINDS, type FieldPlace, type FieldSource, type FieldValue, type QueryField } from './query-field.ts'
import { readSkimmed, readString, UNCLEAR, type Skimmed } from './skimmed-value.ts'

const HEAD = '{"id":"'
const HEAD_KEYS = ['id', 'timestamp', 'actor_id']
/** What stands behind the value of each: the last names the kind. */
const BEHIND_HEAD = ['","timestamp":"', '","actor_id":"', '","event_type":{"type":"']
const DATA = '","data":{'
const SEQ = ',"seq":'

/** A line that had both its ends in order turned out to be no event when it was parsed. */
export class UnreadableLine extends Error {}

// Everything but the block belongs to the current line; only `load` and `next` change it.
export class SkimmedLine implements FieldSource {
  private block: LineBlock = { path: '', start: 0, bytes: Buffer.alloc(0) }
  /** The block, one character per byte: the offsets are the same, and searching is faster. */
  private text = ''
  private start = 0
  private end = -1
  private readonly heads = new OccurrenceCursor(HEAD)
  private readonly keys = new Map<string, OccurrenceCursor>()
  private isOwn = false
  /** Undefined where it cannot be told without parsing. */
  private kind: AuditEventKind | undefined
  /** Where the members of the data begin; -1 where that is unclear. */
  private dataAt = -1
  /** Where the last member of the data was found. */
  private memberAt = -1
  private reading: { readonly event: EventReading | undefined } | undefined

  /** Begins a block, whose text it returns; `next` goes to the first line. */
  load(block: LineBlock): string {
    this.block = block
    this.text = block.bytes.toString('latin1')
    this.end = -1
    for (const cursor of [this.heads, ...this.keys.values()]) cursor.load(this.text)
    return this.text
  }

  /** False at the end of the block. */
  next(): boolean {
    this.start = this.end + 1
    this.end = this.text.indexOf('\n', this.start)
    this.isOwn = false
    this.reading = undefined
    return this.end !== -1
  }

  /** Offset of the line in the block. */
  get from(): number {
    return this.start
  }

  /** Offset of its line feed. */
  get to(): number {
    return this.end
  }

  /** Whether both ends are in order: enough for a line that is passed over. */
  get looksWhole(): boolean {
    return this.text[this.start] === '{' && this.text[this.end - 1] === '}'
  }

  /** The line, for keeping. */
  get stored(): StoredLine {
    const line = lineIn(this.block, this.start, this.end)
    return { ...line, bytes: line.bytes && Buffer.from(line.bytes) }
  }

  /**
   * The kind of line, as cheaply as that can be told: `undefined` for an empty one, a problem for one that is no event.
   * MUST be called before fields are read.
   */
  examine(): 'event' | { readonly problem: string } | undefined {
    this.isOwn = this.hasOwnOrder() && this.findKind()
    if (this.isOwn) return 'event'
    const reading = this.read()
    return reading instanceof EventLine ? 'event' : reading
  }

  /** @throws UnreadableLine */
  parsed(): RawEvent {
    return this.eventLine().raw
  }

  /** The line as an event of its own, for keeping. @throws UnreadableLine */
  eventLine(): EventLine {
    const reading = this.read()
    if (reading instanceof EventLine) return reading
    throw new UnreadableLine(reading?.problem ?? 'an empty line')
  }

  valueAt(field: QueryField, place: FieldPlace): FieldValue {
    if (!this.isOwn || this.reading !== undefined) return field.read(this)
    const value = this.skim(field, place)
    return value === UNCLEAR ? field.read(this) : value
  }

  private read(): EventReading | undefined {
    this.reading ??= { event: readEvent(this.stored) }
    return this.reading.event
  }

  /** Two lines run into one by a crash have a second head. */
  private hasOwnOrder(): boolean {
    const { text, start, end } = this
    if (!text.startsWith(HEAD, start) || text[end - 1] !== '}') return false
    let digits = end - 2
    while (isDigit(text.charCodeAt(digits))) digits -= 1
    const seq = digits + 1 - SEQ.length
    return digits < end - 2 && seq > start && text.startsWith(SEQ, seq) && this.heads.firstIn(start + 1, end) === -1
  }

  /** The kind stands behind the three fields of the head. False where that is not so, or unclear. */
  private findKind(): boolean {
    const { text } = this
    const typeAt = this.headValueAt(BEHIND_HEAD.length)
    if (typeAt === -1) return false
    const kind = ALL_KINDS.find(name => text.startsWith(name, typeAt) && text[typeAt + name.length] === '"')
    if (kind === undefined) return false
    const end = typeAt + kind.length
    this.kind = kind
    this.dataAt = text.startsWith(DATA, end) ? end + DATA.length : -1
    this.memberAt = this.dataAt
    return true
  }

  private skim(field: QueryField, { part, key }: FieldPlace): Skimmed {
    if (part === 'head') return this.skimHead(key)
    const { kind, dataAt, end, text } = this
    if (part === 'type') return kind
    if (kind === undefined || !field.kinds.includes(kind)) return undefined
    if (dataAt === -1) return UNCLEAR
    const cursor = this.cursor(key)
    const at = cursor.firstIn(dataAt, end)
    if (at === -1) return undefined
    const colon = at + key.length + 2
    if (text[colon] !== ':' || cursor.isRepeatedIn(dataAt, end)) return UNCLEAR
    // Fields are mostly asked for in their order: what was gone through need not be again.
    if (!isMemberAt(this.block.bytes, at, at < this.memberAt ? dataAt : this.memberAt)) return UNCLEAR
    this.memberAt = at
    return readSkimmed(text, colon + 1, field.type)
  }

  private skimHead(key: string): Skimmed {
    const at = this.headValueAt(HEAD_KEYS.indexOf(key))
    if (at === -1) return UNCLEAR
    const value = readString(this.text, at)
    // An empty text is what a reader makes of a missing one.
    return value === '' ? undefined : value
  }

  /** Where the value of a field of the head begins; behind the last one what follows them. -1 where they are not so. */
  private headValueAt(index: number): number {
    let at = this.start + HEAD.length
    for (let i = 0; i < index; i++) {
      const next = BEHIND_HEAD[i] ?? ''
      at = this.text.indexOf('"', at)
      if (!this.text.startsWith(next, at)) return -1
      at += next.length
    }
    return at
  }

  private cursor(key: string): OccurrenceCursor {
    let cursor = this.keys.get(key)
    if (cursor === undefined) {
      cursor = new OccurrenceCursor(`"${key}"`)
      cursor.load(this.text)
      this.keys.set(key, cursor)
    }
    return cursor
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
