/** What one invocation of the benchmark found, as it is kept in the JSON file. */
import type { Machine } from './machine.ts'
import { median, valuesOf } from './statistics.ts'
import type { Measurement, Report, Suite } from './suite.ts'
import { SUITES } from './suites.ts'
import { barsTable, renderTable, verdictOn } from './tables.ts'
import type { Style } from './tables.ts'

export interface Results {
  readonly date: string
  readonly quick: boolean
  readonly rounds: number
  readonly machine: Machine
  /** By suite: versions of what was measured. */
  readonly packages: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly measurements: readonly Measurement[]
}

export interface SuiteReport extends Report {
  readonly suite: Suite
  readonly measurements: readonly Measurement[]
}

export function reportsOn({ measurements }: Results): SuiteReport[] {
  return SUITES.map(suite => ({ suite, measurements: measurements.filter(each => each.suite === suite.name) }))
    .filter(({ measurements }) => measurements.length > 0)
    .map(({ suite, measurements }) => ({ suite, measurements, ...suite.report(measurements) }))
}

/** The results with what follows from them, for programs. */
export function resultsJson(results: Results): string {
  const bars = reportsOn(results).flatMap(({ suite, bars }) =>
    bars.map(bar => ({ suite: suite.name, ...bar, verdict: verdictOn(bar) })),
  )
  return `${JSON.stringify({ ...results, bars }, undefined, 2)}\n`
}

/** One suite's part: what it was measured on, its tables and bars. */
export function renderSuite(results: Results, report: SuiteReport, style: Style): string {
  const { suite, tables, bars } = report
  const heading = style === 'markdown' ? `### ${suite.title}\n` : `${suite.title.toUpperCase()}\n`
  const all = [...tables, ...(bars.length > 0 ? [barsTable(bars)] : [])]
  return [heading, renderSetting(results, report, style), ...all.map(table => renderTable(table, style))].join('\n')
}

function renderSetting(results: Results, { suite, measurements }: SuiteReport, style: Style): string {
  const { date, quick, rounds, machine, packages } = results
  const { cpu, cores, memoryGiB, system, fileSystem, node, loadBefore } = machine
  const versions = Object.entries(packages[suite.name] ?? {}).map(([name, version]) => `${name} ${version}`)
  const others = measurements.flatMap(each => valuesOf(each, 'othersCpuShare')).map(share => share * 100)
  const lines = [
    `${date.slice(0, 10)}, Node.js ${node}, ${system}, ${cores} cores of ${cpu}, ${memoryGiB} GiB, files on ${fileSystem}`,
    ...(versions.length > 0 ? [versions.join(', ')] : []),
    `medians of ${rounds} interleaved round(s); load average before: ${loadBefore}; processor time that went to ` +
      `anything else during a run: ${median(others).toFixed(0)} % (median), ${Math.max(...others).toFixed(0)} % (most)`,
    ...(quick ? ['QUICK RUN: these numbers mean nothing.'] : []),
  ]
  return lines.map(line => (style === 'markdown' ? `- ${line}\n` : `${line}\n`)).join('')
}
