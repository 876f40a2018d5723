/** The body of a model server's response, read beside its consumer: whole as JSON, or streamed piece by piece. */
import { BodyBytes } from './body-bytes.ts'
import { decoderOf } from './decompression.ts'
import { EventLines } from './event-lines.ts'

const EVENTS = /^text\/event-stream\b/i
const LINES = /^application\/(x-ndjson|ndjson|jsonl|x-jsonlines|stream\+json)\b/i

export class ResponseBody {
  private readonly decode: ReturnType<typeof decoderOf>
  private readonly lines: EventLines | undefined
  private readonly kept = new BodyBytes()
  /** Decoded bytes that the lines have seen. */
  private seen = 0

  /** @param onValue gets each value of a streamed body */
  constructor(contentType: string, contentEncoding: string, onValue: (value: unknown) => void) {
    this.decode = decoderOf(contentEncoding)
    const isEvents = EVENTS.test(contentType)
    this.lines = isEvents || LINES.test(contentType) ? new EventLines(isEvents, onValue) : undefined
  }

  get isStreamed(): boolean {
    return this.lines !== undefined
  }

  get isDone(): boolean {
    return this.lines?.isDone === true
  }

  add(chunk: Uint8Array): void {
    if (this.decode === undefined) return
    if (this.decode === 'none' && this.lines !== undefined) return this.lines.add(chunk)
    this.kept.add(chunk)
    // Of a compressed stream the first piece is decoded at once, since that is when the model began to answer.
    if (this.lines !== undefined && this.seen === 0) this.addDecoded()
  }

  /** What the body says as a whole; `undefined` where it was streamed, or is no JSON. */
  end(): unknown {
    const { decode, lines, kept } = this
    if (decode === undefined) return undefined
    if (lines === undefined) {
      if (decode === 'none') return kept.takeJson()
      const decoded = new BodyBytes()
      decoded.add(decode(kept.bytes()))
      return decoded.takeJson()
    }
    if (decode !== 'none') this.addDecoded()
    lines.end()
    return undefined
  }

  private addDecoded(): void {
    const { decode, lines } = this
    if (decode === undefined || decode === 'none') return
    const decoded = decode(this.kept.bytes())
    lines?.add(decoded.subarray(this.seen))
    this.seen = decoded.length
  }
}
