/** Requests in OTLP's JSON, put together from parts (opentelemetry-proto, logs_service.proto). */
import { JsonLogsSerializer } from '@opentelemetry/otlp-transformer'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { type Fragment, type Frame, groupByFrame, type RequestBody, type RequestParts } from './request-parts.ts'

const REQUEST_START = Buffer.from('{"resourceLogs":[')
const REQUEST_END = Buffer.from(']}')
const COMMA = Buffer.from(',')
/** Within a text its quotes would be escaped: the first one is none of a resource's values. */
const RECORDS = Buffer.from('"logRecords":[')
/** Ends the list of records, its scope and its resource. Neither has a schema. */
const FRAME_END = Buffer.from(']}]}')

/** A fragment is a LogRecord with the comma before it, which the first one of a frame goes without. */
export const JSON_PARTS: RequestParts = {
  requestBytes: REQUEST_START.length + REQUEST_END.length,
  frameBytes: COMMA.length,
  frameOf: record => splitRequest(record).frame,
  fragmentOf: record => splitRequest(record).fragment,
  join: joinJson,
}

function splitRequest(record: ReadableLogRecord): { readonly frame: Frame; readonly fragment: Buffer } {
  const request = Buffer.from(JsonLogsSerializer.serializeRequest([record]) ?? [])
  const from = request.indexOf(RECORDS) + RECORDS.length
  const to = request.length - REQUEST_END.length - FRAME_END.length
  const isAsKnown =
    from >= RECORDS.length &&
    request.subarray(0, REQUEST_START.length).equals(REQUEST_START) &&
    request.subarray(to).equals(Buffer.concat([FRAME_END, REQUEST_END]))
  if (!isAsKnown) throw new Error('the record cannot be encoded')
  return {
    frame: { before: Buffer.from(request.subarray(REQUEST_START.length, from)), after: FRAME_END },
    fragment: Buffer.concat([COMMA, request.subarray(from, to)]),
  }
}

function joinJson(fragments: readonly Fragment[]): RequestBody {
  const parts: Buffer[] = [REQUEST_START]
  for (const [index, { frame, pieces }] of groupByFrame(fragments).entries()) {
    if (index > 0) parts.push(COMMA)
    parts.push(frame.before)
    for (const [place, piece] of pieces.entries()) parts.push(place === 0 ? piece.subarray(COMMA.length) : piece)
    parts.push(frame.after)
  }
  parts.push(REQUEST_END)
  return parts
}
