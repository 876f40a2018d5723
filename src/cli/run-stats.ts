/** What `kansa stats` does. */
import { KansaError } from '../errors.ts'
import { findRun, type RunNode } from '../query/run-tree.ts'
import { scanLogs } from '../query/scan.ts'
import { JournalStats } from '../query/stats/journal-stats.ts'
import type { WallClock } from '../query/wall-clock.ts'
import { escapeForTerminal } from './escape-for-terminal.ts'
import { writeData } from './output.ts'
import { paint } from './paint.ts'
import { secondsText } from './quantities.ts'
import { catalogueFor, type ReadingFlags, withReading } from './reading.ts'
import { deliverySummaries } from './stats/delivery.ts'
import { statsReport } from './stats/report.ts'
import { runLines } from './stats/run-lines.ts'
import { runReport } from './stats/run-json.ts'
import { showStats } from './stats/show-stats.ts'
import { terminalColumns } from './terminal-columns.ts'
import { forEyes } from './write-rows.ts'

export interface StatsFlags extends ReadingFlags {
  readonly json?: true
}

export async function stats(flags: StatsFlags): Promise<void> {
  if (flags.run === undefined) await showJournal(flags)
  else for (const run of flags.run) await showRun(run, flags)
}

async function showJournal(flags: StatsFlags): Promise<void> {
  const catalogue = catalogueFor(flags)
  const { clock } = catalogue
  const report = await withReading(flags, catalogue, async ({ logs, scan, filter, damage }) => {
    const numbers = new JournalStats(catalogue)
    await scanLogs(logs, scan, event => numbers.add(event))
    const zone = clock.utc ? 'UTC' : 'local time'
    const delivery = await deliverySummaries(logs, Date.now())
    return statsReport({ path: flags.dir, zone, isFiltered: !filter.isEmpty }, numbers, logs, damage, delivery)
  })
  await (flags.json === true ? writeJson(report) : showStats(report, terminalColumns(), clock))
}

async function showRun(runId: string, flags: StatsFlags): Promise<void> {
  refuseOtherFilters(flags)
  const catalogue = catalogueFor(flags)
  const run = await withReading({ ...flags, run: [runId] }, catalogue, ({ logs, scan }) => findRun(runId, logs, scan))
  if (run === undefined) throw noSuchRun(runId)
  if (flags.json === true) await writeJson(runReport(run))
  else await writeData(`${runText(run, catalogue.clock)}\n`)
}

function runText(run: RunNode, clock: WallClock): string {
  const started = secondsText(clock.timeOf(run.start) ?? '')
  const head = `${paint('bold', escapeForTerminal(`run ${run.runId}`))}  ${started} (${clock.zoneAt(run.start)})`
  return [head, ...runLines(run, terminalColumns(), clock)].join('\n')
}

async function writeJson(report: object): Promise<void> {
  await writeData(forEyes(`${JSON.stringify(report, undefined, 2)}\n`, 'json'))
}

function noSuchRun(runId: string): KansaError {
  const advice = 'Runs are listed by: kansa query --type agent --fields timestamp,agent_name,run_id,status'
  return new KansaError('KANSA_INVALID_QUERY', `there is no run "${runId}" in this journal. ${advice}`)
}

/** A run is shown whole: a filter that were silently left aside would make people believe in what they do not see. */
function refuseOtherFilters(flags: StatsFlags): void {
  const other = OTHER_FILTERS.find(name => flags[name] !== undefined)
  if (other === undefined) return
  throw new KansaError('KANSA_INVALID_QUERY', `--run shows a whole run: --${other} does not go with it.`)
}

const OTHER_FILTERS = [
  'type',
  'actor',
  'since',
  'until',
  'severity',
  'session',
  'trace',
  'user',
  'where',
  'grep',
] as const
