/** The bytes of one body, as far as they are kept. */

/** Of a request or response. What is larger is not looked at: neither may an agent's memory grow by an audit. */
export const MAX_BODY_BYTES: number = 4 * 1024 * 1024

/** Copies what it is given: a piece of a socket's buffer would keep all of that buffer. */
export class BodyBytes {
  private chunks: Buffer[] = []
  private length = 0
  private cut = false

  /** False when it did not fit. */
  add(chunk: Uint8Array): boolean {
    this.cut ||= this.length + chunk.length > MAX_BODY_BYTES
    if (this.cut) return false
    this.chunks.push(Buffer.from(chunk))
    this.length += chunk.length
    return true
  }

  /** Everything so far; where some did not fit, what came before it. */
  bytes(): Buffer {
    return Buffer.concat(this.chunks)
  }

  /** Everything as JSON; `undefined` where it is none, or was not kept whole. Nothing is kept any longer. */
  takeJson(): unknown {
    const text = this.cut ? '' : this.bytes().toString()
    this.chunks = []
    return jsonOf(text)
  }
}

/** `undefined` where `text` is no JSON: what a server sends is no fault of ours. */
export function jsonOf(text: string): unknown {
  if (text === '') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
