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
  readonly packages: Readonly<Record<string, string>>
  readonly measurements: readonly Measurement[]
}

export interface SuiteReport extends Report {
  readonly suite: Suite
}

export function reportsOn({ measurements }: Results): SuiteReport[] {
  return SUITES.map(suite => ({ suite, own: measurements.filter(each => each.suite === suite.name) }))
    .filter(({ own }) => own.length > 0)
    .map(({ suite, own }) => ({ suite, ...suite.report(own) }))
}

/** The results with what follows from them, for programs. */
export function resultsJson(results: Results): string {
  const bars = reportsOn(results).flatMap(({ suite, bars }) =>
    bars.map(bar => ({ suite: suite.name, ...bar, verdict: verdictOn(bar) })),
  )
  return `${JSON.stringify({ ...results, bars }, undefined, 2)}\n`
}

export function renderResults(results: Results, style: Style): string {
  const parts = reportsOn(results).flatMap(({ suite, tables, bars }) => [
    style === 'markdown' ? `### ${suite.title}\n` : `${suite.title.toUpperCase()}\n`,
    ...[...tables, ...(bars.length > 0 ? [barsTable(bars)] : [])].map(table => renderTable(table, style)),
  ])
  return [renderSetting(results, style), ...parts].join('\n')
}

function renderSetting({ date, quick, rounds, machine, packages, measurements }: Results, style: Style): string {
  const { cpu, cores, memoryGiB, system, fileSystem, node, loadBefore } = machine
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`)
  const others = measurements.flatMap(each => valuesOf(each, 'othersCpuShare')).map(share => share * 100)
  const lines = [
    `${date.slice(0, 10)}, Node.js ${node}, ${system}, ${cores} cores of ${cpu}, ${memoryGiB} GiB, files on ${fileSystem}`,
    versions.join(', '),
    `medians of ${rounds} interleaved round(s); load average before: ${loadBefore}; processor time that went to ` +
      `anything else during a run: ${median(others).toFixed(0)} % (median), ${Math.max(...others).toFixed(0)} % (most)`,
    ...(quick ? ['QUICK RUN: these numbers mean nothing.'] : []),
  ]
  return lines.map(line => (style === 'markdown' ? `- ${line}\n` : `${line}\n`)).join('')
}
