/** `kansa/verify`: what `kansa verify` does, for programs. Loads nothing of OpenTelemetry. */
import { writerStateOf } from './journal/writer-state.ts'
import { parseKeptCheckpoint } from './verify/kept-checkpoint.ts'
import { parseGivenKeys } from './verify/log-keys.ts'
import type { LogReport } from './verify/report.ts'
import { verifyFolder } from './verify/verify-folder.ts'

export { KansaError } from './errors.ts'
export type { KansaErrorCode } from './errors.ts'
export type {
  AdoptedRange,
  FileReport,
  IncompleteKind,
  KeyUse,
  LogReport,
  LogStatus,
  OmittedCounts,
  Problem,
  ProblemKind,
  RetainedRange,
  SeqRange,
  TamperedKind,
  UnfinishedAction,
} from './verify/report.ts'

export interface VerifyOptions {
  /** The audit folder. All logs in it are verified, those of further processes too. */
  readonly dir: string
  /**
   * The keys to trust: verifier keys (`name+id+base64`, as in `seal/kansa.vkey`), or shared secrets. Without, those in
   * the folder are taken, where whoever can change the log can change them too; the report's `trust` says which.
   */
  readonly keys?: readonly string[]
  /** Signed checkpoints that were kept elsewhere: the logs must contain what these cover. */
  readonly atLeast?: readonly (string | Uint8Array)[]
  /** Told how many bytes of the journal were read since it was told last. */
  readonly onBytes?: (bytes: number) => void
}

/**
 * Rebuilds each log of a folder from its files and compares it with everything that was sealed. One report for each log,
 * that of the folder itself first. Writes nothing; a log that is being written can be verified.
 * @throws KansaError `KANSA_UNREADABLE`, `KANSA_FORMAT_NEWER`, `KANSA_INVALID_KEY`, `KANSA_INVALID_CHECKPOINT`. Whatever
 * is wrong with the logs themselves is reported.
 */
export async function verify({ dir, keys = [], atLeast = [], onBytes }: VerifyOptions): Promise<LogReport[]> {
  const kept = atLeast.map((bytes, at) => parseKeptCheckpoint(Buffer.from(bytes), `checkpoint ${at + 1}`))
  return await verifyFolder({
    dir,
    given: parseGivenKeys(keys),
    kept,
    writerStateOf,
    ...(onBytes && { onBytes }),
  })
}
