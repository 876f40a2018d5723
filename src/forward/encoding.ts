/** Requests and answers in OTLP's two encodings. What goes straight to a destination is written by OpenTelemetry's serializers. */
import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { JSON_PARTS } from './json-parts.ts'
import { PROTOBUF_PARTS } from './protobuf-parts.ts'
import type { RequestParts } from './request-parts.ts'
import type { Answer, PartialSuccess } from './verdict.ts'

export interface Encoding {
  readonly contentType: string
  /** For records of a journal: each is encoded once, however often it is sent. */
  readonly parts: RequestParts
  /** A whole request of records that come from the SDK. */
  encode(records: readonly ReadableLogRecord[]): Uint8Array
}

export const ENCODINGS: Readonly<Record<'json' | 'protobuf', Encoding>> = {
  json: {
    contentType: 'application/json',
    parts: JSON_PARTS,
    encode: records => bytesOf(JsonLogsSerializer.serializeRequest([...records])),
  },
  protobuf: {
    contentType: 'application/x-protobuf',
    parts: PROTOBUF_PARTS,
    encode: records => bytesOf(ProtobufLogsSerializer.serializeRequest([...records])),
  },
}

function bytesOf(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new Error('the records cannot be encoded')
  return bytes
}

/** In whatever encoding the answer says it is. Undefined where it is no answer to an export. */
export function readPartialSuccess({ contentType }: Answer, body: Uint8Array): PartialSuccess | undefined {
  try {
    if (contentType.includes('json')) return partialOf(JSON.parse(Buffer.from(body).toString('utf8')))
    if (contentType.includes('protobuf')) return partialOf(ProtobufLogsSerializer.deserializeResponse(body))
  } catch {
    return undefined
  }
  // Some say "OK" in plain text.
  return Buffer.from(body).includes('<') ? undefined : { rejected: 0, message: '' }
}

function partialOf(response: unknown): PartialSuccess | undefined {
  if (typeof response !== 'object' || response === null) return undefined
  const partial: unknown = Reflect.get(response, 'partialSuccess')
  if (typeof partial !== 'object' || partial === null) return { rejected: 0, message: '' }
  const count: unknown = Reflect.get(partial, 'rejectedLogRecords')
  const text: unknown = Reflect.get(partial, 'errorMessage')
  // 64-bit numbers are texts in JSON.
  const rejected = Number(count ?? 0)
  return { rejected: Number.isFinite(rejected) ? rejected : 0, message: typeof text === 'string' ? text : '' }
}
