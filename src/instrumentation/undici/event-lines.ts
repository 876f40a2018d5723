/** The JSON values in a stream of text, as they come: server-sent events (WHATWG HTML, 9.2) or one value a line. */
import { jsonOf, MAX_BODY_BYTES } from './body-bytes.ts'

/** How the streams of OpenAI's protocol end. */
const DONE = '[DONE]'

export class EventLines {
  private readonly decoder = new TextDecoder()
  private readonly isEvents: boolean
  private readonly onValue: (value: unknown) => void
  private rest = ''
  private data: string[] = []
  private size = 0
  /** True once the server said that nothing follows. */
  isDone = false

  /** @param isEvents false: one value a line */
  constructor(isEvents: boolean, onValue: (value: unknown) => void) {
    this.isEvents = isEvents
    this.onValue = onValue
  }

  add(bytes: Uint8Array): void {
    const lines = (this.rest + this.decoder.decode(bytes, { stream: true })).split(/\r\n|\n|\r(?!$)/)
    const last = lines.pop() ?? ''
    // One event without an end is not to fill the memory.
    this.rest = last.length > MAX_BODY_BYTES ? '' : last
    for (const line of lines) this.addLine(line)
  }

  /** Tells of what stands there without the end of its line. */
  end(): void {
    this.addLine(this.rest)
    this.rest = ''
    this.tell()
  }

  private addLine(line: string): void {
    if (!this.isEvents) return this.tellValue(line)
    if (line === '') return this.tell()
    if (!line.startsWith('data:')) return
    this.size += line.length
    if (this.size <= MAX_BODY_BYTES) this.data.push(line.slice(line.startsWith('data: ') ? 6 : 5))
  }

  private tell(): void {
    const text = this.data.join('\n')
    this.data = []
    this.size = 0
    this.tellValue(text)
  }

  private tellValue(text: string): void {
    if (text.trim() === DONE) this.isDone = true
    const value = jsonOf(text)
    if (value !== undefined) this.onValue(value)
  }
}
