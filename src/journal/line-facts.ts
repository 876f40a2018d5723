/** The little that the journal wants to know of a line. Everything else about lines is none of its business. */

export interface LineFacts {
  /** Absent on lines of other programs. */
  readonly seq: number | undefined
  /** The log's name, in the first line of a file. */
  readonly origin: string | undefined
  /** The line says that the log was closed in order. */
  readonly isStop: boolean
  /** When it was written, by Kansa's clock, as it stands there. */
  readonly time: string | undefined
}

/** Reads a line without its line break; undefined when it is no JSON object, that is, no record. */
export function readLineFacts(bytes: Buffer): LineFacts | undefined {
  const line = parseObject(bytes)
  if (line === undefined) return undefined
  const eventType = child(line, 'event_type')
  const data = child(eventType, 'data')
  const { seq } = line
  const origin = child(data, 'context')?.['log_origin']
  // A caller may give an event any time of its own; it is observed when it is recorded.
  const time = line['observed_timestamp'] ?? line['timestamp']
  return {
    seq: typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0 ? seq : undefined,
    origin: typeof origin === 'string' && origin !== '' ? origin : undefined,
    isStop: eventType?.['type'] === 'Security' && data?.['category'] === 'AuditStopped',
    time: typeof time === 'string' ? time : undefined,
  }
}

type JsonObject = Readonly<Record<string, unknown>>

function parseObject(bytes: Buffer): JsonObject | undefined {
  try {
    return asObject(JSON.parse(bytes.toString('utf8')))
  } catch {
    return undefined
  }
}

function child(parent: JsonObject | undefined, key: string): JsonObject | undefined {
  return asObject(parent?.[key])
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}
