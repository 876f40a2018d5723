/** Makes the C2SP tlog-proof of one record, against the newest checkpoint of its log. */
import { KansaError } from '../../errors.ts'
import { proveInclusion } from '../../seal/inclusion-proof.ts'
import { leafHash } from '../../seal/merkle-hash.ts'
import { TileHashReader } from '../../seal/tile-hash-reader.ts'
import { formatTlogProof } from '../../seal/tlog-proof.ts'
import { tileFilesOf } from '../tile-files.ts'
import { checkRecord } from './check-record.ts'
import type { ProvenRecord } from './check-record.ts'
import { firstSeqOf } from './find-line.ts'
import { NotProven, orNotProven } from './not-proven.ts'
import type { Trust } from './open-trusted.ts'
import { openNewest } from './sealed-log.ts'
import type { SealedLog } from './sealed-log.ts'

export interface RecordProof extends ProvenRecord {
  /** The tlog-proof. */
  readonly file: Buffer
  /** The record as it is stored, without its line break. */
  readonly line: Buffer
}

/** A line that could be the record. */
export interface Candidate {
  /** Without its line break. */
  readonly bytes: Buffer
  /** Where it stands. */
  readonly path: string
  readonly offset: number
}

/**
 * Proves record `seq` of a log. `candidates` are the lines that claim to be it: the one that was sealed is
 * taken. The proof is checked as its receiver will check it, so that there is none for a line, a tile or a checkpoint that
 * was altered.
 * @throws NotProven, or KansaError `KANSA_NOT_SEALED`, `KANSA_INVALID_QUERY`, `KANSA_UNREADABLE`
 */
export function proveRecord(log: SealedLog, seq: number, candidates: Iterable<Candidate>, trust: Trust): RecordProof {
  const { dir } = log
  const { bytes: checkpoint, size } = openNewest(log, trust)
  if (seq >= size) throw notCovered(dir, seq, size, candidates)
  const reader = new TileHashReader(size, tileFilesOf(dir))
  const { leaf, proof } = orNotProven(`the tree of the log in ${dir} is damaged`, () => ({
    leaf: reader.hashAt(0, seq),
    proof: proveInclusion(reader, seq, size),
  }))
  const line = sealedLine(log, seq, candidates, leaf)
  const file = formatTlogProof({ index: seq, proof, checkpoint })
  try {
    return { ...checkRecord(file, line, trust), file, line }
  } catch (error) {
    if (!(error instanceof NotProven)) throw error
    throw new NotProven(`the tiles of the log in ${dir} do not fit its checkpoint. ${ASK_VERIFY}`, { cause: error })
  }
}

const ASK_VERIFY = '`kansa verify` says more.'

function sealedLine(log: SealedLog, seq: number, candidates: Iterable<Candidate>, leaf: Buffer): Buffer {
  let other: Candidate | undefined
  for (const candidate of candidates) {
    if (leafHash(candidate.bytes).equals(leaf)) return candidate.bytes
    other ??= candidate
  }
  if (other === undefined) throw gone(log, seq)
  throw new NotProven(
    `the line of record ${seq} (${other.path}, at byte ${other.offset}) is not the one that was sealed, or the tree was ` +
      `altered. ${ASK_VERIFY}`,
  )
}

function gone({ dir, files }: SealedLog, seq: number): NotProven {
  const first = firstSeqOf(files)
  const why =
    first !== undefined && seq < first
      ? `the log in ${dir} begins with record ${first} by now: older files were deleted. With a copy of the line, \`--line\` proves it.`
      : `its line is missing in ${dir}. ${ASK_VERIFY}`
  return new NotProven(`record ${seq} was sealed, but ${why}`)
}

function notCovered(dir: string, seq: number, size: number, candidates: Iterable<Candidate>): KansaError {
  for (const _ of candidates) {
    return new KansaError(
      'KANSA_NOT_SEALED',
      `record ${seq} is not sealed yet: the newest checkpoint covers ${size} records. A running writer seals within ` +
        'seconds; then try again.',
    )
  }
  return new KansaError('KANSA_INVALID_QUERY', `the log in ${dir} has no record ${seq}; its checkpoint covers ${size}.`)
}
