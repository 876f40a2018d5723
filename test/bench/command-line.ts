/** The benchmark's flags. */
import { parseArgs } from 'node:util'
import { SUITES } from './suites.ts'

export interface BenchOptions {
  readonly rounds: number
  readonly quick: boolean
  /** Names of suites, scenarios and subjects; empty means all. */
  readonly only: ReadonlySet<string>
  readonly json: string
  readonly doc: boolean
  /** Report on this result file instead of measuring. */
  readonly from: string | undefined
}

export const USAGE = `Measures Kansa beside other programs, each run in a process of its own.

  --rounds <n>   rounds, medians are printed (default 3; 1 with --quick)
  --only <a,b>   only these suites, scenarios or subjects (where a suite is named, no other one runs):
                 ${[...knownNames()].join(' ')}
  --quick        small counts: shows that everything works, the numbers mean nothing
  --json <file>  where the results go (default .cache/bench/results.json)
  --doc          also writes the tables of the suites that ran into docs/performance.md
  --from <file>  reports on earlier results instead of measuring
  --help         this text
`

export class UsageError extends Error {}

/** `undefined` when help was asked for. @throws UsageError */
export function readCommandLine(args: readonly string[]): BenchOptions | undefined {
  const { values } = parsed(args)
  if (values.help) return undefined
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3))
  if (!Number.isSafeInteger(rounds) || rounds < 1) throw new UsageError('--rounds must be an integer from 1 up')
  const only = new Set((values.only ?? '').split(',').filter(name => name !== ''))
  const known = knownNames()
  for (const name of only) {
    if (!known.has(name)) throw new UsageError(`--only: unknown name ${name}; known are ${[...known].join(', ')}`)
  }
  return { rounds, quick: values.quick, only, json: values.json, doc: values.doc, from: values.from }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string' },
        only: { type: 'string' },
        quick: { type: 'boolean', default: false },
        json: { type: 'string', default: '.cache/bench/results.json' },
        doc: { type: 'boolean', default: false },
        from: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function knownNames(): ReadonlySet<string> {
  return new Set(SUITES.flatMap(suite => [suite.name, ...suite.scenarios, ...suite.subjects]))
}
