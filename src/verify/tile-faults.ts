/** Tiles that are missing or changed, each named once. */
import { BoundedList } from './bounded-list.ts'
import type { FaultyTile } from './rebuilt-tree.ts'

const MAX_FAULTS = 10_000

// Owned by the verification of one log.
export class TileFaults {
  private readonly list = new BoundedList<FaultyTile>(MAX_FAULTS)
  private readonly names = new Set<string>()

  get items(): readonly FaultyTile[] {
    return this.list.items
  }

  add(fault: FaultyTile): void {
    if (this.names.has(fault.name) || this.names.size > MAX_FAULTS) return
    this.names.add(fault.name)
    this.list.add(fault)
  }
}
