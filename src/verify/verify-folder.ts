/** Verifies all logs of an audit folder: its own, and one for each further process that wrote into it. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { KansaError } from '../errors.ts'
import type { Verifier } from '../seal/signer.ts'
import type { KeptCheckpoint } from './kept-checkpoint.ts'
import { SEAL_FOLDER, WRITERS_FOLDER, suffixOf } from './log-layout.ts'
import { codeOf, isFolder, statsAt, unreadable } from './plain-file.ts'
import { MAX_LISTED } from './report.ts'
import type { LogReport, Problem } from './report.ts'
import { verifyLog } from './verify-log.ts'
import type { WriterState } from './verify-log.ts'

export interface FolderToVerify {
  readonly dir: string
  /** Keys that are trusted whatever lies in the folder; those in the folder count where none are given. */
  readonly given: readonly Verifier[]
  /** What the logs must contain. Each belongs to the log whose name it has. */
  readonly kept: readonly KeptCheckpoint[]
  /** Whether a process is writing the log in a folder. */
  readonly writerStateOf: (dir: string) => WriterState
  readonly onBytes?: (bytes: number) => void
}

/** A log and what there is to read of it. */
export interface FoundLog {
  readonly dir: string
  readonly bytes: number
}

/**
 * One report for each log, that of the folder itself first.
 * @throws KansaError what `findLogs` and `verifyLog` throw.
 */
export async function verifyFolder(folder: FolderToVerify): Promise<LogReport[]> {
  const { dir: secretsDir, given, kept, writerStateOf, onBytes } = folder
  const reports: LogReport[] = []
  for (const { dir } of findLogs(folder.dir)) {
    const writerState = (): WriterState => writerStateOf(dir)
    reports.push(await verifyLog({ dir, secretsDir, given, kept, writerState, ...(onBytes && { onBytes }) }))
  }
  const origins = new Set(reports.map(({ origin }) => origin))
  const strays = kept.filter(({ checkpoint }) => !origins.has(checkpoint.origin)).map(strayProblem)
  return reports.map((report, at) => (at === 0 ? withProblems(report, strays) : report))
}

/**
 * The logs of an audit folder. A seal without lines counts too: somebody may have removed them.
 * @throws KansaError `KANSA_UNREADABLE`, saying what to do, also where there is no log.
 */
export function findLogs(dir: string): FoundLog[] {
  requireFolder(dir)
  const writers = join(dir, WRITERS_FOLDER)
  const candidates = [
    dir,
    ...(isFolder(writers) ? namesIn(writers) : [])
      .toSorted()
      .map(name => join(writers, name))
      .filter(isFolder),
  ]
  const found = candidates.flatMap(candidate => logIn(candidate) ?? [])
  if (found.length > 0) return found
  throw new KansaError(
    'KANSA_UNREADABLE',
    `there is no journal in ${dir}. Name the folder that the agent writes to with --dir or KANSA_DIR.`,
  )
}

function logIn(dir: string): FoundLog | undefined {
  const files = namesIn(dir).filter(name => suffixOf(name) !== undefined)
  if (files.length === 0 && !isFolder(join(dir, SEAL_FOLDER))) return undefined
  return { dir, bytes: files.reduce((sum, name) => sum + (statsAt(join(dir, name))?.size ?? 0), 0) }
}

function requireFolder(dir: string): void {
  const advice = 'Name the folder that the agent writes to with --dir or KANSA_DIR.'
  let isThere: boolean
  try {
    isThere = statSync(dir).isDirectory()
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unreadable(dir, error)
    throw new KansaError('KANSA_UNREADABLE', `there is no ${dir}. ${advice}`)
  }
  if (!isThere) throw new KansaError('KANSA_UNREADABLE', `${dir} is no folder; its seal is what is verified. ${advice}`)
}

/** The log that it was kept of is not here: another one took its place. */
function strayProblem({ name, checkpoint: { origin } }: KeptCheckpoint): Problem {
  const message = `${name} is a checkpoint of the log ${origin}, which is not here`
  return { kind: 'rolled-back', file: null, line: null, seq: null, message }
}

function withProblems(report: LogReport, added: readonly Problem[]): LogReport {
  if (added.length === 0) return report
  const problems = [...added, ...report.problems]
  const omitted = { ...report.omitted, problems: report.omitted.problems + Math.max(0, problems.length - MAX_LISTED) }
  return { ...report, status: 'tampered', problems: problems.slice(0, MAX_LISTED), omitted }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch (error) {
    throw unreadable(dir, error)
  }
}
