/** A line on standard error about a delivery, where that is a terminal. */
import type { DeliveryStatus } from '../forward/delivery-status.ts'
import { countText } from './quantities.ts'

const REDRAWN_MILLIS = 200
const ERASE_LINE = '\r\u001b[K'

// Owned by the command.
export class ForwardProgress {
  private drawnAt = Number.NEGATIVE_INFINITY

  show({ delivered, pending, state }: DeliveryStatus): void {
    const now = performance.now()
    if (!process.stderr.isTTY || now - this.drawnAt < REDRAWN_MILLIS) return
    this.drawnAt = now
    const waiting = state === 'failing' ? ', waiting for the endpoint' : ''
    process.stderr.write(`${ERASE_LINE}${countText(delivered, 'record')} delivered, ${pending} to go${waiting}`)
  }

  /** Takes the line away. To be called before anything else is written. */
  end(): void {
    if (this.drawnAt > 0) process.stderr.write(ERASE_LINE)
    this.drawnAt = Number.NEGATIVE_INFINITY
  }
}
