/** Runs a suite: round by round, and in each round every subject once, so that drift of the machine hits all alike. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchOptions } from './command-line.ts'
import { runProgram } from './run-program.ts'
import type { Measurement, Suite, Values } from './suite.ts'

type Choice = Pick<BenchOptions, 'rounds' | 'quick' | 'only'>

/** @throws Error when a run fails. */
export async function measureSuite(suite: Suite, folder: string, choice: Choice): Promise<Measurement[]> {
  const { only } = choice
  if (only.size > 0 && ![suite.name, ...suite.scenarios, ...suite.subjects].some(name => only.has(name))) return []
  const measurements: Measurement[] = []
  for (const scenario of chosen(suite.scenarios, only)) {
    const subjects = chosen(suite.subjects, only).filter(subject => suite.applies(scenario, subject))
    measurements.push(...(await measureScenario(suite, scenario, subjects, folder, choice)))
  }
  return measurements
}

async function measureScenario(
  suite: Suite,
  scenario: string,
  subjects: readonly string[],
  folder: string,
  { rounds, quick }: Choice,
): Promise<Measurement[]> {
  const measured = new Map<string, Values[]>(subjects.map(subject => [subject, []]))
  const counts = (quick ? suite.quickCounts : suite.counts)[scenario] ?? {}
  for (let round = 0; round < rounds; round++) {
    for (const [place, subject] of rotated([...measured.keys()], round).entries()) {
      const dir = join(folder, `${suite.name}-${scenario}-${round}-${place}`)
      mkdirSync(dir)
      const values = await runProgram(suite.program, { scenario, subject, dir, counts })
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
