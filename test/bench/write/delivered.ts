/** Which events are really in files: every one is looked for, nobody is believed. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { INDEX_MARKER, INDEX_RADIX } from './events.ts'

const LINE_FEED = 0x0a
const QUOTE = 0x22
const POLL_MILLIS = 20
/** A writer that adds nothing for so long has ended. */
const QUIET_MILLIS = 1000

export interface Delivered {
  /** Different events on whole lines. */
  readonly count: number
  readonly bytesPerLine: number
  /** How long the files went on growing after `flush` was done. */
  readonly lateMillis: number
}

/** Waits until all `expected` events are in files below `dir`, or the files have stopped growing. */
export async function whenDelivered(dir: string, expected: number): Promise<Delivered> {
  const start = performance.now()
  let grownAt = start
  let bytes = bytesBelow(dir)
  let found = findEvents(dir, expected)
  while (found.count < expected && performance.now() - grownAt < QUIET_MILLIS) {
    await sleep(POLL_MILLIS)
    const now = bytesBelow(dir)
    if (now === bytes) continue
    bytes = now
    grownAt = performance.now()
    found = findEvents(dir, expected)
  }
  return { ...found, lateMillis: grownAt - start }
}

function findEvents(dir: string, expected: number): { count: number; bytesPerLine: number } {
  const seen = new Uint8Array(expected)
  const totals = { count: 0, bytes: 0, lines: 0 }
  for (const file of filesBelow(dir)) {
    const bytes = readFileSync(file)
    let lineStart = 0
    for (let lineEnd = bytes.indexOf(LINE_FEED); lineEnd !== -1; lineEnd = bytes.indexOf(LINE_FEED, lineStart)) {
      const index = eventIndex(bytes, lineStart, lineEnd)
      if (index !== undefined) {
        totals.lines++
        totals.bytes += lineEnd + 1 - lineStart
        if (seen[index] === 0) totals.count++
        seen[index] = 1
      }
      lineStart = lineEnd + 1
    }
  }
  return { count: totals.count, bytesPerLine: totals.bytes / Math.max(1, totals.lines) }
}

function eventIndex(bytes: Buffer, lineStart: number, lineEnd: number): number | undefined {
  const marker = bytes.subarray(lineStart, lineEnd).indexOf(INDEX_MARKER)
  if (marker === -1) return undefined
  const start = lineStart + marker + INDEX_MARKER.length
  return Number.parseInt(bytes.toString('latin1', start, bytes.indexOf(QUOTE, start)), INDEX_RADIX)
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
}

function bytesBelow(dir: string): number {
  return filesBelow(dir).reduce((total, file) => total + statSync(file).size, 0)
}
