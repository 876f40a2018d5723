/**
 * Makes a journal as Kansa leaves it after a busy day: ten full files and the active one, all five kinds, nested runs.
 * The same at every time and place, so that what is right is known without reading it.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { completeEvent } from '../../../../src/events/build-event.ts'
import type { AuditEvent } from '../../../../src/events/kinds.ts'
import { lineOf } from '../../../../src/events/line.ts'
import { ACTIVE_FILE, backupName, FORMAT_FILE, GITIGNORE_FILE, SEAL_FOLDER } from '../../../../src/journal/layout.ts'
import type { Answers } from '../answers.ts'
import { ACTOR, KIND, SINCE, TAIL_LINES, UNTIL } from '../scenarios.ts'
import { AgentRun } from './agent-run.ts'
import { LogFileWriter } from './log-file-writer.ts'
import { SeededRandom } from './seeded-random.ts'

const BACKUPS = 10
/** How full the active file is. */
const ACTIVE_SHARE = 0.4
const SEED = 20_261_122
const FIRST_MILLIS = Date.parse('2026-11-22T00:00:00.000Z')
const DAY_MILLIS = 24 * 60 * 60_000
/** Runs that are going on at any time. */
const RUNS = 24
const NESTED_SHARE = 0.3
/** So many lines apart, one is checked to be what Kansa would have written. */
const CHECKED_EVERY = 5000
const ORIGIN = 'kansa.log/benchmark'
const INSTANCE = '01a20000-0000-7000-8000-000000000000'

/** @throws Error when a line is not one that Kansa would have written. */
export function makeJournal(dir: string, fileBytes: number): Answers {
  mkdirSync(dir, { mode: 0o700 })
  writeFileSync(join(dir, GITIGNORE_FILE), '*\n')
  mkdirSync(join(dir, SEAL_FOLDER), { mode: 0o700 })
  writeFileSync(join(dir, FORMAT_FILE), `${JSON.stringify({ format: 1, origin: ORIGIN })}\n`)
  const totalBytes = fileBytes * (BACKUPS + ACTIVE_SHARE)
  const random = new SeededRandom(SEED)
  const runs = Array.from({ length: RUNS }, () => new AgentRun(random, FIRST_MILLIS))
  const file = new LogFileWriter()
  const tally = new Tally()
  for (let suffix = BACKUPS; suffix >= 0; suffix--) {
    file.open(join(dir, suffix === 0 ? ACTIVE_FILE : backupName(suffix)))
    const wantedBytes = suffix === 0 ? fileBytes * ACTIVE_SHARE : fileBytes
    const millisNow = (): number => FIRST_MILLIS + Math.floor(((tally.bytes + file.size) / totalBytes) * DAY_MILLIS)
    file.write(openingLine(random, millisNow(), tally.events))
    tally.add('Security', 'kansa', 0, 0)
    for (let place = random.below(RUNS); ; place = random.below(RUNS)) {
      const millis = millisNow()
      const { kind, actor, head, totalTokens } = currentRun(runs, place, random, millis).next(millis)
      const line = `${head},"seq":${tally.events}}\n`
      // Rotated as Kansa rotates: no file becomes larger than it may.
      if (file.size + Buffer.byteLength(line) > wantedBytes) break
      file.write(line)
      if (tally.events % CHECKED_EVERY === 0) check(line)
      tally.add(kind, actor, millis, totalTokens)
    }
    tally.bytes += file.size
    file.close()
  }
  return tally.answers()
}

/** The run in that place; another one takes the place of one that has ended. */
function currentRun(runs: AgentRun[], place: number, random: SeededRandom, millis: number): AgentRun {
  const run = runs[place]
  if (run !== undefined && !run.ended) return run
  const parent = random.chance(NESTED_SHARE) ? runs[random.below(RUNS)] : undefined
  const next = new AgentRun(random, millis, parent)
  runs[place] = next
  return next
}

/** Every file begins by explaining itself. */
function openingLine(random: SeededRandom, millis: number, seq: number): string {
  const first = seq === 0
  const event = completeEvent({
    id: random.uuid(millis),
    timestamp: millis,
    actor_id: 'kansa',
    event_type: {
      type: 'Security',
      data: {
        severity: 'Info',
        category: first ? 'AuditStarted' : 'AuditContinued',
        message: first ? 'Auditing started.' : 'A new file begins.',
        source: 'kansa',
        action: 'Logged',
        context: {
          kansa_version: '0.1.0',
          log_origin: ORIGIN,
          instance_id: INSTANCE,
          resource: JSON.stringify({ 'service.name': 'agents', 'telemetry.sdk.language': 'nodejs' }),
          capture: 'preview',
          instrumented: '',
          pid: '4711',
          node_version: 'v24.21.0',
        },
      },
    },
  })
  event.seq = seq
  return `${lineOf(event)}\n`
}

/** Its fields in their order, each of its type, and spelled as Kansa spells it. */
function check(line: string): void {
  const event: AuditEvent = completeEvent(JSON.parse(line))
  if (`${lineOf(event)}\n` !== line) throw new Error(`Kansa would not have written this line:\n${line}`)
}

/** What the journal holds; owned by who makes it. */
class Tally {
  bytes = 0
  events = 0
  private readonly totals: Record<string, { count: number; sum: number }> = {}
  private readonly selective: number[] = []
  private readonly selectiveAll: number[] = []
  private readonly since = Date.parse(SINCE)
  private readonly until = Date.parse(UNTIL)

  add(kind: string, actor: string, millis: number, totalTokens: number): void {
    const totals = (this.totals[kind] ??= { count: 0, sum: 0 })
    totals.count++
    totals.sum += totalTokens
    if (kind === KIND && actor === ACTOR) {
      this.selectiveAll.push(this.events)
      if (millis >= this.since && millis < this.until) this.selective.push(this.events)
    }
    this.events++
  }

  answers(): Answers {
    const { bytes, events, totals } = this
    const lines = Math.min(events, TAIL_LINES)
    const last = Array.from({ length: lines }, (_, place) => events - lines + place)
    const shown = { selective: this.selective, 'selective-all': this.selectiveAll, tail: last, follow: last }
    return { bytes, events, shown, totals }
  }
}
