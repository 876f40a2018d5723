// Reads an export from text, as it comes from a file: in blocks of any size.
import type { ExportedRecord, ExportFormat } from '../../../src/reconcile/exported-record.ts'
import { readExport } from '../../../src/reconcile/read-export.ts'
import type { ExportSource, ExportTally } from '../../../src/reconcile/read-export.ts'

export interface ReadBack extends ExportTally {
  readonly records: readonly ExportedRecord[]
  readonly places: readonly number[]
}

export function sourceOf(text: string | Buffer, blockBytes = 64 * 1024, name = 'exported'): ExportSource {
  const bytes = Buffer.from(text)
  async function* blocks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += blockBytes) yield bytes.subarray(at, at + blockBytes)
  }
  return { name, blocks: blocks() }
}

export async function readBack(text: string | Buffer, format?: ExportFormat, blockBytes?: number): Promise<ReadBack> {
  const tally: ExportTally = { format: undefined, unreadable: 0 }
  const records: ExportedRecord[] = []
  const places: number[] = []
  for await (const part of readExport(sourceOf(text, blockBytes), tally, format)) {
    records.push(...part.records)
    places.push(part.place)
  }
  return { ...tally, records, places }
}
