/** Lines of journals for tests of statistics, and what comes of them. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openLogs } from '../../../src/journal/open-logs.ts'
import { DamageLog } from '../../../src/query/damage-log.ts'
import { eventFilter, type FilterSpec } from '../../../src/query/event-filter.ts'
import { FieldCatalogue } from '../../../src/query/field-catalogue.ts'
import { scanLogs } from '../../../src/query/scan.ts'
import { JournalStats } from '../../../src/query/stats/journal-stats.ts'
import { WallClock } from '../../../src/query/wall-clock.ts'

export const START: number = Date.UTC(2026, 10, 22, 10, 0, 0)

let counter = 0

/** An event `second` seconds after START; `data` by kind, `more` in the envelope. */
export function eventText(second: number, type: string, data: object, more: object = {}): string {
  counter += 1
  const timestamp = new Date(START + second * 1000).toISOString()
  return JSON.stringify({
    id: `id-${counter}`,
    timestamp,
    actor_id: 'a',
    event_type: { type, data },
    ...more,
    seq: counter,
  })
}

export function runText(second: number, run: string, status: string, data: object = {}, more: object = {}): string {
  const whole = {
    agent_name: 'coder',
    status,
    goal: 'Fix it',
    start_time: new Date(START).toISOString(),
    tokens_used: 0,
    artifacts: [],
    ...data,
  }
  return eventText(second, 'AgentExecution', whole, { run_id: run, ...more })
}

/** Writes files below `dir`: names and lines. */
export function writeLines(dir: string, files: Readonly<Record<string, readonly string[]>>): void {
  for (const [name, lines] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), lines.map(line => `${line}\n`).join(''))
  }
}

export async function statsOf(dir: string, spec: FilterSpec = {}): Promise<JournalStats> {
  const catalogue = new FieldCatalogue(new WallClock(true))
  const stats = new JournalStats(catalogue)
  const logs = openLogs(dir)
  try {
    const filter = eventFilter(spec, catalogue, START)
    await scanLogs(logs, { filter, damage: new DamageLog() }, event => stats.add(event))
  } finally {
    for (const log of logs) log.close()
  }
  return stats
}
