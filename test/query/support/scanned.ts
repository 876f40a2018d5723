/** Runs lines through a filter as the commands do. */
import { DamageLog } from '../../../src/query/damage-log.ts'
import { eventFilter, type FilterSpec } from '../../../src/query/event-filter.ts'
import { FieldCatalogue } from '../../../src/query/field-catalogue.ts'
import { scanLogs, type ScannedEvent } from '../../../src/query/scan.ts'
import { WallClock } from '../../../src/query/wall-clock.ts'
import { blockLog } from './block-log.ts'

export const CATALOGUE: FieldCatalogue = new FieldCatalogue(new WallClock(true))
export const NOW: number = Date.parse('2026-11-22T12:00:00.000Z')

type Stored = Record<string, unknown>

/** A line of a kind with these data; `envelope` replaces or adds what is around them. */
export function eventLine(type: string, data: object, envelope: Stored = {}): string {
  const timestamp = '2026-11-22T10:00:00.000Z'
  return JSON.stringify({ id: 'x', timestamp, actor_id: 'a', event_type: { type, data }, seq: 0, ...envelope })
}

export async function scanLines(
  lines: readonly string[],
  spec: FilterSpec,
  visit: (event: ScannedEvent) => unknown,
): Promise<DamageLog> {
  const damage = new DamageLog()
  const content = lines.map(line => `${line}\n`).join('')
  await scanLogs([blockLog(content)], { filter: eventFilter(spec, CATALOGUE, NOW), damage }, visit)
  return damage
}

/** Places of the lines that match. */
export async function matching(lines: readonly string[], spec: FilterSpec): Promise<number[]> {
  const found: string[] = []
  await scanLines(lines, spec, event => void found.push(event.eventLine().bytes.toString()))
  let next = 0
  return lines.flatMap((line, index) => (line === found[next] ? (next++, [index]) : []))
}
