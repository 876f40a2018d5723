#!/usr/bin/env node
/**
 * The benchmark: `npm run bench` builds the package and runs this, which measures it as users get it. Exit code 1 means
 * that Kansa lost a record or gave a wrong answer, 2 that the benchmark itself did not work; no number makes it fail.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeBenchFolder } from './bench-folder.ts'
import { readCommandLine, USAGE, UsageError } from './command-line.ts'
import type { BenchOptions } from './command-line.ts'
import { writeDocSection } from './doc-section.ts'
import { describeMachine, installedVersions } from './machine.ts'
import { measureSuite } from './measure.ts'
import { renderSuite, reportsOn, resultsJson } from './results.ts'
import type { Results } from './results.ts'
import type { Measurement } from './suite.ts'
import { chosenSuites } from './suites.ts'

const ROOT = new URL('../../', import.meta.url)
const DOCUMENT = new URL('docs/performance.md', ROOT)
const INTERRUPTED = 130

try {
  const options = readCommandLine(process.argv.slice(2))
  if (options === undefined) process.stdout.write(USAGE)
  else await runBench(options)
} catch (error) {
  process.stderr.write(`${error instanceof UsageError ? `${error.message}\n\n${USAGE}` : String(error)}\n`)
  process.exitCode = 2
}

async function runBench(options: BenchOptions): Promise<void> {
  const results = options.from === undefined ? await measure(options) : readResults(options.from)
  const reports = reportsOn(results)
  for (const report of reports) process.stdout.write(`\n${renderSuite(results, report, 'terminal')}\n`)
  if (options.from === undefined) {
    mkdirSync(dirname(options.json), { recursive: true })
    writeFileSync(options.json, resultsJson(results))
    process.stdout.write(`Results as JSON: ${options.json}\n`)
  }
  if (options.doc) {
    for (const report of reports) {
      writeDocSection(DOCUMENT, report.suite.name, renderSuite(results, report, 'markdown'))
    }
  }
  const lost = reports.reduce((total, report) => total + report.kansaLost, 0)
  if (lost === 0) return
  process.stderr.write(`Kansa lost ${lost} records or got them wrong.\n`)
  process.exitCode = 1
}

async function measure(options: BenchOptions): Promise<Results> {
  const folder = makeBenchFolder(fileURLToPath(new URL('.cache/bench', ROOT)))
  const machine = describeMachine(folder.fileSystem)
  process.stderr.write(`writing to ${folder.path} (${folder.fileSystem})\n`)
  const interrupted = (): never => {
    folder.remove()
    process.exit(INTERRUPTED)
  }
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    const measurements: Measurement[] = []
    const packages: Record<string, Readonly<Record<string, string>>> = {}
    for (const suite of chosenSuites(options.only)) {
      const measured = await measureSuite(suite, folder.path, options)
      measurements.push(...measured.measurements)
      packages[suite.name] = { ...installedVersions(suite.packages, ROOT), ...measured.versions }
    }
    const { quick, rounds } = options
    return { date: new Date().toISOString(), quick, rounds, machine, packages, measurements }
  } finally {
    folder.remove()
  }
}

function readResults(file: string): Results {
  return JSON.parse(readFileSync(file, 'utf8')) as Results
}
