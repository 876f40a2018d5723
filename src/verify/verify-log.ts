/** Verifies one log: rebuilds its tree from its lines and compares it with everything that was sealed. */
import type { Verifier } from '../seal/signer.ts'
import { blockReaderFor } from './block-threads.ts'
import type { BlockReader } from './block-threads.ts'
import { journalBlocks } from './journal-blocks.ts'
import { keptRoots } from './kept-checkpoint.ts'
import type { KeptCheckpoint } from './kept-checkpoint.ts'
import { LineAlignment } from './line-alignment.ts'
import { expectedRoots } from './newest-checkpoint.ts'
import { OwnFacts } from './own-facts.ts'
import { ProblemLog } from './problem-log.ts'
import { judge } from './judgement.ts'
import type { LogReport } from './report.ts'
import { readSealedState } from './sealed-state.ts'
import type { SealedState } from './sealed-state.ts'
import { openSnapshot } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'
import { StoredLeaves } from './stored-leaves.ts'
import { TreeCheck } from './tree-check.ts'
import type { TreeFindings } from './tree-check.ts'

export type WriterState = LogReport['writer']

export interface LogToVerify {
  /** The log's folder. */
  readonly dir: string
  /** The audit folder that it belongs to, where a shared secret of its logs may be; `dir` by default. */
  readonly secretsDir?: string
  /** Keys that are trusted whatever lies in the folder; see `parseGivenKeys`. */
  readonly given?: readonly Verifier[]
  /** What the log must contain; those of other logs are passed over. */
  readonly kept?: readonly KeptCheckpoint[]
  /** Whether a process is writing the log now. Asked twice, because it may begin or end meanwhile. */
  readonly writerState?: () => WriterState
  /** Told how many bytes of the journal were read. */
  readonly onBytes?: (bytes: number) => void
}

/** What the lines came to. */
export interface CheckedLines {
  readonly lines: LineAlignment
  readonly tree: TreeFindings
  readonly facts: OwnFacts
}

/**
 * Never throws because of what is in the files: that is what it reports.
 * @throws KansaError `KANSA_UNREADABLE` for what cannot be read, `KANSA_FORMAT_NEWER` for a log of a newer Kansa,
 * `KANSA_INVALID_CHECKPOINT` for a kept checkpoint whose signature does not fit.
 */
export async function verifyLog(log: LogToVerify): Promise<LogReport> {
  const { dir, secretsDir = dir, given = [], writerState = () => 'none' } = log
  const problems = new ProblemLog()
  const before = writerState()
  const snapshot = await openSnapshot(dir)
  const reader = blockReaderFor(snapshot.files.reduce((sum, { size }) => sum + size, 0))
  try {
    const writer = before === 'live' ? before : writerState()
    const state = await readSealedState({ snapshot, secretsDir, given, isLive: writer === 'live' }, problems)
    const checked = await checkLines(log, snapshot, state, reader, problems)
    return judge({ snapshot, state, writer, ...checked }, problems)
  } finally {
    // Before the files are closed: a descriptor could be another file's by the time a thread reads from it.
    await reader.close()
    snapshot.close()
  }
}

async function checkLines(
  { kept = [], onBytes = () => {} }: LogToVerify,
  { dir, files }: Snapshot,
  { origin, verifiers, history, newest }: SealedState,
  reader: BlockReader,
  problems: ProblemLog,
): Promise<CheckedLines> {
  const size = newest?.checkpoint.size ?? 0
  const ofThisLog = kept.filter(({ checkpoint }) => checkpoint.origin === origin)
  const roots = keptRoots(ofThisLog, verifiers, size, problems)
  const leaves = new StoredLeaves(dir, size)
  const expected = newest === undefined ? [].values() : expectedRoots(history, newest)
  const tree = new TreeCheck(dir, leaves, expected, roots)
  const facts = new OwnFacts()
  const lines = new LineAlignment(leaves, tree, (record, seq) => facts.add(record, seq))
  for await (const block of journalBlocks(files, reader, () => facts.hasOpenActions)) {
    lines.add(block)
    if (facts.hasOpenActions) facts.addOutcomes(block.outcomes ?? (await block.findOutcomes()))
    onBytes(block.bytes)
  }
  lines.end()
  return { lines, tree: tree.end(), facts }
}
