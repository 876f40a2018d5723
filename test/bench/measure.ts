/** Runs a suite: round by round, and in each round every subject once, so that drift of the machine hits all alike. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchOptions } from './command-line.ts'
import { runProgram } from './run-program.ts'
import type { Measurement, Prepared, Suite, Values } from './suite.ts'

type Choice = Pick<BenchOptions, 'rounds' | 'quick' | 'only'>

/** Where the runs of a suite have their folders, and the one that they share. */
interface Folders {
  readonly base: string
  readonly shared: string
}

export interface SuiteMeasurements {
  readonly measurements: readonly Measurement[]
  /** Versions of programs that are not among the project's packages. */
  readonly versions: Readonly<Record<string, string>>
}

const NOTHING: Prepared = { versions: {}, leftOut: new Map() }

/** @throws Error when a run fails. */
export async function measureSuite(suite: Suite, base: string, choice: Choice): Promise<SuiteMeasurements> {
  const named = chosen(suite.subjects, choice.only)
  const folders = { base, shared: join(base, `${suite.name}-shared`) }
  mkdirSync(folders.shared)
  const request = { folder: folders.shared, quick: choice.quick, subjects: new Set(named) }
  const { versions, leftOut } = (await suite.prepare?.(request)) ?? NOTHING
  for (const [subject, reason] of leftOut) process.stderr.write(`${subject} is left out: ${reason}\n`)
  const measurements: Measurement[] = []
  for (const scenario of chosen(suite.scenarios, choice.only)) {
    const subjects = named.filter(subject => suite.applies(scenario, subject) && !leftOut.has(subject))
    measurements.push(...(await measureScenario(suite, scenario, subjects, folders, choice)))
  }
  rmSync(folders.shared, { recursive: true })
  return { measurements, versions }
}

async function measureScenario(
  suite: Suite,
  scenario: string,
  subjects: readonly string[],
  { base, shared }: Folders,
  { rounds, quick }: Choice,
): Promise<Measurement[]> {
  const measured = new Map<string, Values[]>(subjects.map(subject => [subject, []]))
  const counts = (quick ? suite.quickCounts : suite.counts)[scenario] ?? {}
  for (let round = 0; round < rounds; round++) {
    const taking = subjects.filter(subject => round === 0 || suite.slow?.has(subject) !== true)
    for (const [place, subject] of rotated(taking, round).entries()) {
      const dir = join(base, `${suite.name}-${scenario}-${round}-${place}`)
      mkdirSync(dir)
      const values = await runProgram(suite.program, { scenario, subject, dir, shared, counts })
      rmSync(dir, { recursive: true })
      measured.get(subject)?.push(values)
      process.stderr.write(`${scenario} ${round + 1}/${rounds} ${subject}: ${shown(values)}\n`)
    }
  }
  return [...measured].map(([subject, values]) => ({ suite: suite.name, scenario, subject, rounds: values }))
}

/** Nobody always comes first. */
function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const at = items.length === 0 ? 0 : by % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}

/** Those that are named, or all where none of them is. */
function chosen(names: readonly string[], only: ReadonlySet<string>): readonly string[] {
  const named = names.filter(name => only.has(name))
  return named.length > 0 ? named : names
}

function shown(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join(', ')
}
