/** Anthropic's messages as Amazon Bedrock and Vertex AI have them: the model is in the path, and Bedrock streams in frames of its own. */
import { crc32 } from 'node:zlib'
import type { Answer, ReceivedRequest } from './answer.ts'
import { anthropicAnswer } from './anthropic.ts'

const BEDROCK = /\/model\/([^/]+)\/invoke(-with-response-stream)?$/
const VERTEX = /\/publishers\/anthropic\/models\/([^/]+):(rawPredict|streamRawPredict)$/
/** https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html: the prelude, and the sums after it and at the end. */
const PRELUDE_BYTES = 12
const SUM_BYTES = 4
const TEXT_HEADER = 7
const THROTTLED = frameOf('exception', 'throttlingException', { message: 'too many tokens' })

/** `undefined` where the path is of neither. */
export function cloudAnswer(request: ReceivedRequest, path: string): Answer | undefined {
  const bedrock = BEDROCK.exec(path)
  if (bedrock !== null) {
    const answer = anthropicAnswer(withModel(request, bedrock[1], bedrock[2] !== undefined))
    const error = (status: number): unknown => ({ message: `failed with ${status}` })
    const frames = answer.events?.map(chunkOf)
    // As Bedrock does it, with status 200 long sent.
    const events = /throttled/.test(answer.model) ? frames?.toSpliced(-1, 1, THROTTLED) : frames
    return { ...answer, error, events, eventsType: 'application/vnd.amazon.eventstream' }
  }
  const vertex = VERTEX.exec(path)
  return vertex === null ? undefined : anthropicAnswer(withModel(request, vertex[1], vertex[2] === 'streamRawPredict'))
}

function withModel(request: ReceivedRequest, model = '', stream = false): ReceivedRequest {
  return { ...request, body: { ...request.body, model: decodeURIComponent(model), stream } }
}

/** A server-sent event as Bedrock has it. */
function chunkOf(event: string | Uint8Array): Uint8Array {
  const data = /^data: (.*)$/m.exec(String(event))?.[1] ?? '{}'
  return frameOf('event', 'chunk', { bytes: Buffer.from(data).toString('base64'), p: 'abcdef' })
}

/** A message of AWS' event stream. */
function frameOf(kind: 'event' | 'exception', type: string, body: object): Uint8Array {
  const payload = Buffer.from(JSON.stringify(body))
  const headers = Buffer.concat([
    header(`:${kind}-type`, type),
    header(':content-type', 'application/json'),
    header(':message-type', kind),
  ])
  const prelude = Buffer.alloc(PRELUDE_BYTES - SUM_BYTES)
  prelude.writeUInt32BE(PRELUDE_BYTES + headers.length + payload.length + SUM_BYTES, 0)
  prelude.writeUInt32BE(headers.length, SUM_BYTES)
  const summed = Buffer.concat([prelude, sum(prelude), headers, payload])
  return Buffer.concat([summed, sum(summed)])
}

function header(name: string, value: string): Buffer {
  const [nameLength, valueLength] = [Buffer.alloc(1), Buffer.alloc(2)]
  nameLength.writeUInt8(name.length)
  valueLength.writeUInt16BE(value.length)
  return Buffer.concat([nameLength, Buffer.from(name), Buffer.from([TEXT_HEADER]), valueLength, Buffer.from(value)])
}

function sum(bytes: Buffer): Buffer {
  const written = Buffer.alloc(SUM_BYTES)
  written.writeUInt32BE(crc32(bytes))
  return written
}
