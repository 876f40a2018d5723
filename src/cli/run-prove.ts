/** What `kansa prove` does. */
import { basename, dirname, resolve } from 'node:path'
import { KansaError } from '../errors.ts'
import { parseKeptCheckpoint } from '../verify/kept-checkpoint.ts'
import { checkFormat } from '../verify/log-format.ts'
import { readLogKeys } from '../verify/log-keys.ts'
import { WRITERS_FOLDER } from '../verify/log-layout.ts'
import { ProblemLog } from '../verify/problem-log.ts'
import { withoutLineBreak } from '../verify/proof/check-record.ts'
import { NotProven } from '../verify/proof/not-proven.ts'
import type { Trust } from '../verify/proof/open-trusted.ts'
import { proveExtension } from '../verify/proof/prove-extension.ts'
import { proveRecord } from '../verify/proof/prove-record.ts'
import type { Candidate } from '../verify/proof/prove-record.ts'
import { claimedOrigin } from '../verify/proof/sealed-log.ts'
import type { SealedLog } from '../verify/proof/sealed-log.ts'
import { openSnapshot } from '../verify/snapshot.ts'
import type { Snapshot } from '../verify/snapshot.ts'
import { findLogs } from '../verify/verify-folder.ts'
import { readGiven } from './given-file.ts'
import { givenKeys } from './given-keys.ts'
import type { KeyFlags } from './given-keys.ts'
import { ORDINARY_MODE, SECRET_MODE, refuseExisting, writeNewFile } from './new-file.ts'
import { say, writeData } from './output.ts'
import { chooseRecord } from './prove/choose-record.ts'

export interface ProveFlags extends KeyFlags {
  readonly dir: string
  readonly out?: string
  readonly lineOut?: string
  readonly line?: string
  readonly consistency?: string
}

export async function prove(record: string | undefined, flags: ProveFlags): Promise<void> {
  for (const path of [flags.out, flags.lineOut]) if (path !== undefined) refuseExisting(path)
  const { consistency } = flags
  if (consistency !== undefined) {
    refuseBeside(consistency, record, flags)
    await withLogs(flags.dir, logs => proveGrowth(consistency, logs, flags))
  } else if (record !== undefined) {
    await withLogs(flags.dir, logs => proveOne(record, logs, flags))
  } else {
    throw new KansaError(
      'KANSA_INVALID_QUERY',
      'which record? Give its seq or its id; or --consistency and a checkpoint.',
    )
  }
}

async function proveOne(record: string, logs: readonly SealedLog[], flags: ProveFlags): Promise<void> {
  const { log, seq, candidates } = chooseRecord(record, logs, copyOf(flags.line))
  const { file, line, origin, treeSize } = proveRecord(log, seq, candidates, trustFor(log, flags))
  // First, so that no proof is left behind where its line could not be written.
  if (flags.lineOut !== undefined) writeNewFile(flags.lineOut, line, SECRET_MODE)
  await writeProof(file, flags, `proves record ${seq} of the log ${origin}, which has ${treeSize} sealed records`)
}

async function proveGrowth(path: string, logs: readonly SealedLog[], flags: ProveFlags): Promise<void> {
  const { bytes, checkpoint } = parseKeptCheckpoint(readGiven(path), path)
  const log = logOf(checkpoint.origin, logs)
  const { file, origin, oldSize, treeSize } = proveExtension(log, bytes, trustFor(log, flags))
  await writeProof(
    file,
    flags,
    `proves that the log ${origin} only grew, from ${oldSize} to ${treeSize} sealed records`,
  )
}

async function writeProof(file: Buffer, { out }: ProveFlags, what: string): Promise<void> {
  if (out === undefined) return await writeData(file)
  writeNewFile(out, file, ORDINARY_MODE)
  say(`${out} ${what}`)
}

/** All of them at one moment each, so that a writer may go on. */
async function withLogs(dir: string, use: (logs: readonly SealedLog[]) => Promise<void>): Promise<void> {
  const logs: Snapshot[] = []
  try {
    for (const log of findLogs(dir)) {
      logs.push(await openSnapshot(log.dir))
      // Only for what it throws: what a newer Kansa wrote could be misread. The proof is checked by itself.
      checkFormat(log.dir, false, new ProblemLog())
    }
    await use(logs)
  } finally {
    for (const log of logs) log.close()
  }
}

/** The keys that were given; else those beside the log, which are good enough to see whether it is in order. */
function trustFor({ dir }: SealedLog, flags: ProveFlags): Trust {
  const given = givenKeys(flags)
  if (given.length > 0) return { keys: given }
  const parent = dirname(resolve(dir))
  const auditFolder = basename(parent) === WRITERS_FOLDER ? dirname(parent) : dir
  return { keys: readLogKeys(dir, auditFolder, [], new ProblemLog()).verifiers }
}

function copyOf(path: string | undefined): Candidate | undefined {
  return path === undefined ? undefined : { bytes: Buffer.from(withoutLineBreak(readGiven(path))), path, offset: 0 }
}

/** The log whose checkpoint it is. Where there is but one log, that one: what does not fit is then said of it. */
function logOf(origin: string, logs: readonly SealedLog[]): SealedLog {
  const log = logs.length === 1 ? logs[0] : logs.find(each => claimedOrigin(each) === origin)
  if (log !== undefined) return log
  throw new NotProven(`the checkpoint is one of the log ${origin}, and none of the logs here is`)
}

function refuseBeside(consistency: string, record: string | undefined, { line, lineOut }: ProveFlags): void {
  const others = [record, line && '--line', lineOut && '--line-out']
  const other = others.find(each => each !== undefined)
  if (other === undefined) return
  const message = `--consistency ${consistency} is about a whole log: ${other} does not go with it.`
  throw new KansaError('KANSA_INVALID_QUERY', message)
}
