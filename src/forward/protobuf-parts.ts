/** Requests in OTLP's protobuf, put together from parts (opentelemetry-proto, logs_service.proto; protobuf, "Encoding"). */
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { type Fragment, type Frame, groupByFrame, type RequestBody, type RequestParts } from './request-parts.ts'

/** Tags of fields 1 and 2 that have a length: `resource_logs`, `resource` and `scope`; `scope_logs` and `log_records`. */
const FIELD_1 = 0x0a
const FIELD_2 = 0x12
/** A length has seven bits in a byte. */
const LENGTH_BITS = 7
const MORE = 0x80
const MAX_LENGTH_BYTES = 5
const NOBODY = resourceFromAttributes({})

export const PROTOBUF_PARTS: RequestParts = {
  requestBytes: 0,
  // The tags and lengths of resource and scope.
  frameBytes: 2 * (1 + MAX_LENGTH_BYTES),
  frameOf,
  fragmentOf,
  join: joinProtobuf,
}

interface Field {
  /** Where its tag is. */
  readonly from: number
  /** Where its value is. */
  readonly start: number
  readonly end: number
}

/** `before` is the Resource, `after` the scope: lengths stand before both, and are known when the records are. */
function frameOf(record: ReadableLogRecord): Frame {
  const { request, resource, scope } = fieldsOf(record)
  return { before: copyOf(request, resource), after: copyOf(request, scope) }
}

function fragmentOf(record: ReadableLogRecord): Buffer {
  // The resource would be encoded with each record, only to be left out.
  const { request, logRecord } = fieldsOf({ ...record, resource: NOBODY })
  return copyOf(request, logRecord)
}

/** Where the parts of a request with one record are. */
function fieldsOf(record: ReadableLogRecord) {
  const request = Buffer.from(ProtobufLogsSerializer.serializeRequest([record]) ?? [])
  const resourceLogs = fieldAt(request, 0, FIELD_1)
  const resource = fieldAt(request, resourceLogs.start, FIELD_1)
  const scopeLogs = fieldAt(request, resource.end, FIELD_2)
  const scope = fieldAt(request, scopeLogs.start, FIELD_1)
  const logRecord = fieldAt(request, scope.end, FIELD_2)
  if (logRecord.end !== request.length) throw new Error('the record cannot be encoded')
  return { request, resource, scope, logRecord }
}

function copyOf(bytes: Buffer, { from, end }: Field): Buffer {
  return Buffer.from(bytes.subarray(from, end))
}

function fieldAt(bytes: Buffer, from: number, tag: number): Field {
  let length = 0
  let start = from + 1
  for (let scale = 1; ; scale *= 1 << LENGTH_BITS) {
    const byte = bytes[start++] ?? 0
    length += (byte % MORE) * scale
    if (byte < MORE) break
  }
  if (bytes[from] !== tag) throw new Error('the record cannot be encoded')
  return { from, start, end: start + length }
}

function joinProtobuf(fragments: readonly Fragment[]): RequestBody {
  const parts: Buffer[] = []
  for (const { frame, pieces } of groupByFrame(fragments)) {
    const scopeLength = pieces.reduce((sum, { length }) => sum + length, frame.after.length)
    const scopeHead = headOf(FIELD_2, scopeLength)
    const resourceHead = headOf(FIELD_1, frame.before.length + scopeHead.length + scopeLength)
    parts.push(resourceHead, frame.before, scopeHead, frame.after)
    for (const piece of pieces) parts.push(piece)
  }
  return parts
}

/** Tag and length. */
function headOf(tag: number, length: number): Buffer {
  const bytes = [tag]
  let rest = length
  for (; rest >= MORE; rest = Math.floor(rest / MORE)) bytes.push((rest % MORE) + MORE)
  return Buffer.from([...bytes, rest])
}
