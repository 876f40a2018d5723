/** What `kansa verify --proof` and `--consistency` do: check files that `kansa prove` made. No journal is read. */
import { KansaError } from '../errors.ts'
import { checkExtension } from '../verify/proof/check-extension.ts'
import { checkRecord } from '../verify/proof/check-record.ts'
import { NotProven } from '../verify/proof/not-proven.ts'
import type { Trust } from '../verify/proof/open-trusted.ts'
import { escapeForTerminal } from './escape-for-terminal.ts'
import { EXIT_NOT_PROVEN } from './exit-codes.ts'
import { readGiven } from './given-file.ts'
import { givenKeys } from './given-keys.ts'
import { writeData } from './output.ts'
import type { ProofFlags } from './proof-options.ts'
import { forEyes } from './write-rows.ts'

/**
 * `--json` gives one object: `status` (`proven`), `origin`, `seq` or `oldSize`, `treeSize`, `signedBy`; or `status`
 * (`not-proven`) and `message`.
 * @throws NotProven, or KansaError `KANSA_INVALID_KEY`, `KANSA_INVALID_QUERY`, `KANSA_UNREADABLE`
 */
export async function checkProof(flags: ProofFlags): Promise<void> {
  try {
    const { text, ...report } = checked(flags)
    await (flags.json === true ? writeJson({ status: 'proven', ...report }) : writeData(`${escapeForTerminal(text)}\n`))
  } catch (error) {
    if (error instanceof NotProven && flags.json === true) {
      process.exitCode = EXIT_NOT_PROVEN
      await writeJson({ status: 'not-proven', message: error.message })
    }
    throw error
  }
}

interface Checked {
  readonly text: string
  readonly origin: string
  readonly treeSize: number
  readonly signedBy: readonly string[]
}

function checked(flags: ProofFlags): Checked {
  const { proof, line, consistency, from, atLeast, dir } = flags
  if (atLeast !== undefined) throw wrong('--at-least is about a journal: it does not go with a proof.')
  if (dir !== undefined) throw wrong('--dir is about a journal: it does not go with a proof.')
  if (proof !== undefined && line !== undefined && consistency === undefined && from === undefined) {
    const record = checkRecord(readGiven(proof), readGiven(line), trustIn(flags))
    return { text: `proven: record ${record.seq} of the log ${record.origin} (${signedTree(record)})`, ...record }
  }
  if (consistency !== undefined && from !== undefined && proof === undefined && line === undefined) {
    const growth = checkExtension(readGiven(consistency), readGiven(from), trustIn(flags))
    const text = `proven: the log ${growth.origin} only grew since it had ${growth.oldSize} records (${signedTree(growth)})`
    return { text, ...growth }
  }
  throw wrong(
    'a proof is checked with --proof and --line, or with --consistency and --from: both of them, and no more.',
  )
}

/** Keys that came with the proof would prove nothing: anybody can make a key and sign with it. */
function trustIn(flags: ProofFlags): Trust {
  const keys = givenKeys(flags)
  if (keys.length > 0) return { keys, origin: flags.origin }
  throw new KansaError(
    'KANSA_INVALID_KEY',
    'whose log? Give its verifier key with --key, as you got it from whoever runs the log: without it, a proof proves nothing.',
  )
}

function signedTree({ treeSize, signedBy }: Pick<Checked, 'treeSize' | 'signedBy'>): string {
  return `tree size ${treeSize}, signed by ${signedBy.join(', ')}`
}

function wrong(message: string): KansaError {
  return new KansaError('KANSA_INVALID_QUERY', message)
}

async function writeJson(report: object): Promise<void> {
  await writeData(forEyes(`${JSON.stringify(report)}\n`, 'json'))
}
