/** Everything about a log's seal that can be told without its lines: name, keys, checkpoints. */
import { join } from 'node:path'
import { KansaError } from '../errors.ts'
import { fullKeyName } from '../seal/key-id.ts'
import { parseNote } from '../seal/signed-note.ts'
import type { Verifier } from '../seal/signer.ts'
import { NO_HISTORY, checkHistory } from './checkpoint-history.ts'
import type { CheckpointHistory } from './checkpoint-history.ts'
import { KeyLedger } from './key-ledger.ts'
import { checkFormat, checkGitignore } from './log-format.ts'
import { readLogKeys } from './log-keys.ts'
import type { LogKeys } from './log-keys.ts'
import { CHECKPOINT_FILE, SEAL_FOLDER, VERIFIER_KEYS_FILE } from './log-layout.ts'
import { newestCheckpoint } from './newest-checkpoint.ts'
import type { NewestCheckpoint } from './newest-checkpoint.ts'
import { statsAt } from './plain-file.ts'
import type { ProblemLog } from './problem-log.ts'
import type { KeyUse } from './report.ts'
import type { Snapshot } from './snapshot.ts'

export interface SealedState {
  readonly origin: string | undefined
  readonly trust: LogKeys['trust']
  readonly verifiers: readonly Verifier[]
  readonly history: CheckpointHistory
  /** Undefined where there is no checkpoint, which is for the lines to judge. */
  readonly newest: NewestCheckpoint | undefined
  readonly keys: readonly KeyUse[]
}

export interface SealSource {
  readonly snapshot: Snapshot
  readonly secretsDir: string
  readonly given: readonly Verifier[]
  readonly isLive: boolean
}

/** Bytes of a signature with a shared secret; all others are longer. */
const HMAC_BYTES = 32

/** @throws KansaError `KANSA_FORMAT_NEWER`, `KANSA_UNREADABLE` */
export async function readSealedState(source: SealSource, problems: ProblemLog): Promise<SealedState> {
  const { snapshot, secretsDir, given, isLive } = source
  const { dir } = snapshot
  if (!snapshot.hasSeal) return unsealed(source, problems)
  checkGitignore(dir, problems)
  // It is written before the first checkpoint.
  const hasBegun = snapshot.checkpoint !== 'absent' || snapshot.checkpoints !== 'absent'
  const origin = checkFormat(dir, hasBegun, problems)
  const keys = readLogKeys(dir, secretsDir, given, problems)
  requireSecret(snapshot, keys)
  const ledger = new KeyLedger(keys)
  const history =
    typeof snapshot.checkpoints === 'string'
      ? NO_HISTORY
      : await checkHistory(snapshot.checkpoints, keys, origin, ledger, problems)
  const newest = newestCheckpoint({ snapshot, history, keys, origin, isLive }, problems)
  ledger.check(problems, isLive)
  if (keys.verifiers.length === 0 && newest !== undefined) {
    problems.add('changed-file', { file: VERIFIER_KEYS_FILE }, 'there is no key in it, or no such file')
  }
  if (newest !== undefined) checkPinned(keys, newest, problems)
  return {
    origin: origin ?? newest?.checkpoint.origin,
    trust: keys.trust,
    verifiers: keys.verifiers,
    history,
    newest,
    keys: ledger.uses(),
  }
}

function unsealed({ snapshot: { dir }, given }: SealSource, problems: ProblemLog): SealedState {
  if (statsAt(join(dir, SEAL_FOLDER)) !== undefined) {
    problems.add('changed-file', { file: SEAL_FOLDER }, 'it is no folder')
  }
  const trust = given.length > 0 ? 'pinned' : 'folder'
  return { origin: undefined, trust, verifiers: given, history: NO_HISTORY, newest: undefined, keys: [] }
}

/** Stops whoever signs the whole log anew, with a key of their own. */
function checkPinned({ trust, pinned }: LogKeys, { signers }: NewestCheckpoint, problems: ProblemLog): void {
  if (trust === 'folder' || signers.some(name => pinned.has(name))) return
  const by = signers.length > 0 ? signers.join(' and ') : 'none of the keys that count'
  problems.add(
    'wrong-key',
    { file: CHECKPOINT_FILE },
    `the newest checkpoint is signed by ${by}, not by a key that was given`,
  )
}

/** Without its secret, nothing can be said about a log that is sealed with one. */
function requireSecret({ dir, checkpoint }: Snapshot, { verifiers, published }: LogKeys): void {
  if (verifiers.length > 0 || published !== undefined || typeof checkpoint === 'string') return
  const signatures = signaturesOf(checkpoint)
  const [first] = signatures
  if (first === undefined || signatures.some(({ signature }) => signature.length !== HMAC_BYTES)) return
  throw new KansaError(
    'KANSA_UNREADABLE',
    `${dir} is sealed with the shared secret ${fullKeyName(first)}. Give it with --key-file.`,
  )
}

function signaturesOf(note: Buffer): ReturnType<typeof parseNote>['signatures'] {
  try {
    return parseNote(note).signatures
  } catch {
    return []
  }
}
