/**
 * Finds the records for which a destination refuses a batch, by halving it, and sets only these aside.
 *
 * A destination that is set up wrongly refuses everything, and must not get a whole log set aside: a record counts as the
 * cause only where the destination takes another one at the same time, one of the same batch or one that it took before.
 */
import type { DeliveryItem } from './delivery-item.ts'

export interface NarrowingPort {
  /** Sends until there is an answer. Undefined when they were taken, else why they were refused. */
  send(items: readonly DeliveryItem[]): Promise<string | undefined>
  setAside(item: DeliveryItem, reason: string): void
  /** Sends a record again that was taken before. False where there is none, or it is refused now. */
  vouch(): Promise<boolean>
}

interface Suspect {
  readonly index: number
  readonly item: DeliveryItem
  readonly reason: string
}

/** So many refused one after the other may no longer be the records' fault. */
const MAX_SUSPECTS = 16

/** `items` were refused. Resolves with how many of them, from the first on, are over: taken, or set aside. */
export async function narrow(items: readonly DeliveryItem[], port: NarrowingPort): Promise<number> {
  let hasTaken = false
  let suspects: Suspect[] = []
  const confirm = (): void => {
    for (const { item, reason } of suspects) port.setAside(item, reason)
    suspects = []
  }
  const ranges = halvesOf(0, items.length)
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    const [from, to] = range
    const part = items.slice(from, to)
    const [first] = part
    // What is not sent shows nothing.
    if (part.every(({ fragment }) => fragment === undefined)) continue
    const refusal = await port.send(part)
    if (refusal === undefined) {
      hasTaken = true
      confirm()
    } else if (part.length > 1) {
      ranges.push(...halvesOf(from, to))
    } else if (first !== undefined) {
      suspects.push({ index: from, item: first, reason: refusal })
      if (suspects.length <= MAX_SUSPECTS) continue
      if (!(await port.vouch())) break
      confirm()
    }
  }
  if (suspects.length <= MAX_SUSPECTS && (hasTaken || suspects.length === 0 || (await port.vouch()))) confirm()
  return suspects[0]?.index ?? items.length
}

/** The first half last: it is taken from the end. One item stays as it is. */
function halvesOf(from: number, to: number): [number, number][] {
  const middle = from + Math.ceil((to - from) / 2)
  return middle === to
    ? [[from, to]]
    : [
        [middle, to],
        [from, middle],
      ]
}
