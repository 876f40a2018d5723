/** What is kept of streamed text: enough for a preview and small tools, whatever the stream's length. */
import { sliceWhole } from '../../events/json-text.ts'

const MAX_CHARACTERS = 4096

export class BoundedText {
  private kept = ''
  private cut = false

  get text(): string {
    return this.kept
  }

  /** True when nothing was left out. */
  get complete(): boolean {
    return !this.cut
  }

  /** Asks for the next piece only while there is room. */
  add(read: () => string): void {
    const room = MAX_CHARACTERS - this.kept.length
    const text = room > 0 ? read() : undefined
    this.cut ||= text === undefined || text.length > room
    this.kept += sliceWhole(text ?? '', room)
  }
}
