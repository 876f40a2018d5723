/** Reads a stored line as an event, and says what is wrong with one that is none. */
import { parseRawEvent, type RawEvent, type StoredEvent, storedEventOf, textAt } from '../events/line.ts'
import { MAX_LINE_BYTES, type StoredLine } from './read-lines.ts'

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** An event and the bytes it was read from. */
export class EventLine {
  readonly raw: RawEvent
  /** The line as stored, without line feed; without what a crash or another program left in front of it. */
  readonly bytes: Buffer
  private stored: StoredEvent | undefined
  private millis: number | undefined

  constructor(raw: RawEvent, bytes: Buffer) {
    this.raw = raw
    this.bytes = bytes
  }

  get event(): StoredEvent {
    this.stored ??= storedEventOf(this.raw)
    return this.stored
  }

  /** The event's timestamp in milliseconds since 1970; `NaN` where it has none that can be read. */
  get time(): number {
    this.millis ??= Date.parse(textAt(this.raw.line, 'timestamp'))
    return this.millis
  }
}

export type EventReading = EventLine | { readonly problem: string }

/** `undefined` for an empty line. Never throws. */
export function readEvent(line: StoredLine): EventReading | undefined {
  if (line.length === 0) return undefined
  if (line.bytes === undefined) return { problem: `longer than ${MAX_LINE_BYTES / 1024 / 1024} MiB` }
  const bytes = withoutLeadingRubbish(line.bytes, line.start)
  if (bytes.length === 0) return { problem: 'nothing but NUL bytes, as a power loss leaves them' }
  const text = bytes.toString('utf8')
  if (text.trim() === '') return undefined
  const raw = parseRawEvent(text)
  if (!('problem' in raw)) return new EventLine(raw, bytes)
  return line.terminated ? raw : { problem: 'incomplete last line: being written, or cut off by a crash' }
}

// A byte order mark at the head of the file; a hole of NULs where a file was truncated under its writer.
function withoutLeadingRubbish(bytes: Buffer, start: number): Buffer {
  let from = start === 0 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0
  while (bytes[from] === 0) from += 1
  return bytes.subarray(from)
}
