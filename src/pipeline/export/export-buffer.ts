/** The records waiting for export, oldest first. */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'

interface Waiting {
  readonly record: ReadableLogRecord
  readonly bytes: number
}

/** A first-in first-out list that releases what it drops at once and never moves more than it dropped. */
export class ExportBuffer {
  /** Estimated memory of the waiting records. */
  bytes = 0
  private slots: (Waiting | undefined)[] = []
  private head = 0

  get length(): number {
    return this.slots.length - this.head
  }

  push(record: ReadableLogRecord, bytes: number): void {
    this.slots.push({ record, bytes })
    this.bytes += bytes
  }

  /** The oldest records in a new array: at most `maxRecords`, at most `maxBytes`, but at least one if there is one. */
  oldest(maxRecords: number, maxBytes: number): ReadableLogRecord[] {
    const records: ReadableLogRecord[] = []
    let bytes = 0
    for (let at = this.head; records.length < maxRecords; at++) {
      const waiting = this.slots[at]
      if (waiting === undefined) break
      bytes += waiting.bytes
      if (bytes > maxBytes && records.length > 0) break
      records.push(waiting.record)
    }
    return records
  }

  drop(count: number): void {
    const end = this.head + count
    for (; this.head < end; this.head++) {
      this.bytes -= this.slots[this.head]?.bytes ?? 0
      this.slots[this.head] = undefined
    }
    // Rare enough that every slot is moved about once.
    if (this.head > 1024 && this.head * 2 > this.slots.length) {
      this.slots.splice(0, this.head)
      this.head = 0
    }
  }
}
