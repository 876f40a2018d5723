/**
 * Finds the seal of a log that is opened, or begins one. A log is only continued with the tree that was signed: whatever
 * else would be a second history under the same name. Where that tree cannot be had, the log is set aside.
 */
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { KansaError } from '../../errors.ts'
import { parseCheckpoint } from '../../seal/checkpoint.ts'
import { GrowingTree } from '../../seal/growing-tree.ts'
import { fullKeyName } from '../../seal/key-id.ts'
import { parseNote } from '../../seal/signed-note.ts'
import type { Note } from '../../seal/signed-note.ts'
import type { Signer, Verifier } from '../../seal/signer.ts'
import { generateOrigin, readOrigin } from '../format-file.ts'
import { CHECKPOINT_FILE, SEAL_FOLDER } from '../layout.ts'
import { findLogEnd, findOriginInLog } from '../log-end.ts'
import type { FileModes } from '../log-files.ts'
import { withOwnFile } from '../own-file.ts'
import type { Repair } from '../repair.ts'
import { unusable } from '../system-error.ts'
import { readSealedState } from './sealed-state.ts'
import type { SealedState } from './sealed-state.ts'
import type { SealState } from './seal.ts'
import { restoreTree } from './restore-tree.ts'
import { setAsideLog } from './set-aside-log.ts'
import { hasKeptKeys, type KeptKeys, keptKeys } from './signing-keys.ts'
import { TileStore } from './tile-store.ts'

export interface SealOptions extends FileModes {
  readonly instanceId: string
  /** Given by the user. */
  readonly origin: string | undefined
  /** Oldest first; undefined: those of the audit folder. */
  readonly signers: readonly Signer[] | undefined
}

export interface OpenedSeal {
  readonly state: SealState
  /** As it was found, for what has to be put right once the log may be written. */
  readonly found: SealedState
  /** The file with the keys in the audit folder; undefined where the keys were given. */
  readonly keyText: string | undefined
}

/**
 * To be called before the files of the log are opened, with the lock held. `main` is the audit folder, whose keys all
 * logs below it share.
 * @throws KansaError `KANSA_INVALID_KEY` where the log was sealed with a key that was not given; `KANSA_DIR_UNUSABLE`.
 */
export function openSeal(dir: string, main: string, options: SealOptions, repairs: Repair[]): OpenedSeal {
  const oldNote = readNewestNote(dir)
  const origin = chooseOrigin(dir, readOrigin(dir) ?? originOf(oldNote) ?? findOriginInLog(dir), options.origin)
  // Never both: a log that somebody planted, with a key beside it, must not be vouched for by the key that was given.
  const kept = options.signers === undefined ? keysOfFolder(main, dir, origin, oldNote, options) : undefined
  const signers = options.signers ?? kept?.signers ?? []
  const found = readSealedState(
    dir,
    signers.map(signer => signer.verifier),
  )
  const keyText = kept?.text
  const begin = (name: string, { tornTail }: Pick<SealedState, 'tornTail'>): OpenedSeal => ({
    state: newState(dir, name, signers),
    found: { ...NOTHING, tornTail },
    keyText,
  })
  if (!found.exists && !hasTiles(dir) && findLogEnd(dir).nextSeq === 0) return begin(origin, found)
  if (options.signers !== undefined) refuseOtherKeys(dir, found, oldNote, signers)
  const state = continued(dir, origin, found, signers, options, repairs)
  if (state !== undefined) return { state, found, keyText }
  repairs.push({
    kind: 'log-set-aside',
    dir: setAsideLog(dir, options),
    reason: reasonOf(found, origin),
    oldOrigin: originOf(oldNote) ?? origin,
    oldCheckpoint: oldNote && (found.newest?.note ?? oldNote.bytes).toString(),
  })
  return begin(options.origin === undefined ? generateOrigin() : `${options.origin}/${options.instanceId}`, NOTHING)
}

/** @throws KansaError `KANSA_INVALID_KEY` where somebody forgot to give the key: a new one would begin another log. */
function keysOfFolder(
  main: string,
  dir: string,
  origin: string,
  { note }: Partial<NewestNote> = {},
  modes: FileModes,
): KeptKeys {
  const kept = hasKeptKeys(main) ? keptKeys(main, origin, modes) : undefined
  const fits = kept?.signers.some(({ verifier }) => note?.signatures.some(signature => isBy(signature, verifier)))
  // A key that was made for this log bears its name.
  const isOfFolder = note === undefined || note.signatures.some(signature => signature.name === origin)
  if (isOfFolder || fits === true) return kept ?? keptKeys(main, origin, modes)
  throw otherKey(dir, note, 'Give it (KANSA_SIGNING_KEY_FILE, or the option `signer`)')
}

const NOTHING: SealedState = { exists: false, newest: undefined, isInNewest: true, isInAll: true, tornTail: undefined }

function newState(dir: string, origin: string, signers: readonly Signer[]): SealState {
  return {
    dir,
    origin,
    tree: new GrowingTree(),
    storedSize: 0,
    newest: undefined,
    signer: newestOf(signers),
    predecessor: undefined,
  }
}

function continued(
  dir: string,
  origin: string,
  { newest }: SealedState,
  signers: readonly Signer[],
  modes: FileModes,
  repairs: Repair[],
): SealState | undefined {
  if (newest === undefined || newest.checkpoint.origin !== origin) return undefined
  const { note, checkpoint } = newest
  const restored = restoreTree(dir, checkpoint, new TileStore(dir, modes).read)
  if (restored === undefined) return undefined
  if (restored.storedSize < checkpoint.size) repairs.push({ kind: 'tiles-rebuilt' })
  const signer = newestOf(signers)
  const signed = (verifier: Verifier): boolean => checkpoint.note.verified.some(by => isBy(by, verifier))
  const predecessor = signed(signer.verifier) ? undefined : signers.findLast(one => signed(one.verifier))
  return { dir, origin, ...restored, newest: { ...checkpoint, note }, signer, predecessor }
}

function newestOf(signers: readonly Signer[]): Signer {
  const newest = signers.at(-1)
  if (newest === undefined) throw new KansaError('KANSA_INVALID_KEY', 'option `signer` is an empty list')
  return newest
}

/** Keys that somebody chose do not silently begin another log: a rotation needs the old key once more. */
function refuseOtherKeys(
  dir: string,
  found: SealedState,
  oldNote: NewestNote | undefined,
  signers: readonly Signer[],
): void {
  if (found.newest !== undefined || oldNote?.note === undefined) return
  const by = oldNote.note.signatures
  // Signed by a key of ours, but wrongly: that is no question of keys.
  if (by.some(signature => signers.some(({ verifier }) => isBy(signature, verifier)))) return
  const advice = 'To change keys give both once, the new one last (kansa keygen --rotate does that to a key file)'
  throw otherKey(dir, oldNote.note, advice)
}

function otherKey(dir: string, { signatures }: Note, advice: string): KansaError {
  const names = signatures.map(fullKeyName).join(', ')
  return new KansaError(
    'KANSA_INVALID_KEY',
    `the log in ${dir} is sealed with the key ${names}, which was not given. ${advice}, or choose another \`dir\` for a ` +
      'new log.',
  )
}

function reasonOf({ exists, newest }: SealedState, origin: string): string {
  if (!exists) return 'there are records, and no checkpoint'
  if (newest === undefined) return 'none of the keys signed its newest checkpoint'
  if (newest.checkpoint.origin !== origin) return `its newest checkpoint is of the log ${newest.checkpoint.origin}`
  return 'neither tiles nor lines give the tree that was signed'
}

function chooseOrigin(dir: string, kept: string | undefined, given: string | undefined): string {
  // A log that took the place of one that was set aside has an extended name.
  const isKept = kept !== undefined && (given === undefined || kept === given || kept.startsWith(`${given}/`))
  if (isKept) return kept
  if (kept === undefined) return given ?? generateOrigin()
  throw unusable(
    dir,
    `its log has the origin ${kept}, the option \`origin\` says ${given}`,
    'A log keeps its origin: leave the option out, or choose another `dir`.',
  )
}

interface NewestNote {
  readonly bytes: Buffer
  /** Not checked; undefined where it is damaged. */
  readonly note: Note | undefined
}

function readNewestNote(dir: string): NewestNote | undefined {
  const bytes = withOwnFile(join(dir, CHECKPOINT_FILE), fd => readFileSync(fd))
  return bytes && { bytes, note: orUndefined(() => parseNote(bytes)) }
}

function originOf(newest: NewestNote | undefined): string | undefined {
  const { note } = newest ?? {}
  return note && orUndefined(() => parseCheckpoint(note.text).origin)
}

function hasTiles(dir: string): boolean {
  return lstatSync(join(dir, SEAL_FOLDER, 'tile'), { throwIfNoEntry: false }) !== undefined
}

function isBy(by: { name: string; keyId: number }, verifier: Verifier): boolean {
  return by.name === verifier.name && by.keyId === verifier.keyId
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
