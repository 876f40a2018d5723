/**
 * The seal of a log that is being written: its tree, and how much of it is stored and signed. Records never wait for it:
 * what a failing disk or signer leaves unsealed is sealed by a later checkpoint.
 */
import { KansaError, messageOf } from '../../errors.ts'
import { encodeBase64 } from '../../seal/base64.ts'
import { formatCheckpoint } from '../../seal/checkpoint.ts'
import type { GrowingTree, Growth } from '../../seal/growing-tree.ts'
import { rootOf } from '../../seal/hash-reader.ts'
import { fullKeyName } from '../../seal/key-id.ts'
import { EMPTY_ROOT } from '../../seal/merkle-hash.ts'
import { signNote, signNoteSync } from '../../seal/sign-note.ts'
import type { Signer } from '../../seal/signer.ts'
import { TileHashReader } from '../../seal/tile-hash-reader.ts'
import type { FileModes } from '../log-files.ts'
import type { NoticeBoard } from '../notices.ts'
import { CheckpointStore } from './checkpoint-store.ts'
import { TileStore } from './tile-store.ts'
import { writeVerifierKeys } from './verifier-keys.ts'
import { within } from './within.ts'

/** A signer that takes longer is treated as one that fails, and asked again. */
const SIGNING_MILLIS = 5000
/** More than an hour of commits that fail one after the other. */
const MAX_TRIED_SIZES = 1000

const EMPTY: Growth = { size: 0, root: EMPTY_ROOT, tiles: [] }

/** A log's seal as it was found, or begun. */
export interface SealState {
  readonly dir: string
  readonly origin: string
  /** All that was sealed before, and what was adopted. */
  readonly tree: GrowingTree
  /** So many leaves of the tree have their tiles on disk. */
  readonly storedSize: number
  /** The newest checkpoint; undefined where there is none yet. */
  readonly newest: SignedCheckpoint | undefined
  /** The key in use. */
  readonly signer: Signer
  /** Its predecessor, which signs the next checkpoint too. */
  readonly predecessor: Signer | undefined
}

/** A checkpoint with its signature, as bytes. */
export interface SignedCheckpoint {
  readonly size: number
  readonly root: Uint8Array
  readonly note: Buffer
}

// Owned by the journal: the writer appends leaves, the commit loop stores and signs.
export class Seal {
  private readonly state: SealState
  private readonly tree: GrowingTree
  private readonly tiles: TileStore
  private readonly checkpoints: CheckpointStore
  private readonly notices: NoticeBoard
  private readonly modes: FileModes
  private predecessor: Signer | undefined
  private storedSize: number
  private newest: SignedCheckpoint | undefined
  /** The last one that was signed, durable or not. */
  private lastNote: SignedCheckpoint | undefined
  /** What is stored and to be signed next. */
  private toSign: Growth
  private signing: Promise<void> | undefined
  private sizeInSigning: number | undefined
  /** Those of which a note was made since the newest checkpoint: any of them may stand in a file all the same. */
  private readonly triedSizes = new Set<number>()
  /** While somebody looks at a growth, its tiles stay as they are. */
  private growthsInUse = 0
  private isFailureTold = false
  private isClosed = false

  constructor(state: SealState, modes: FileModes, notices: NoticeBoard) {
    this.state = state
    this.tree = state.tree
    this.tiles = new TileStore(state.dir, modes, () => this.sizesInUse())
    this.checkpoints = new CheckpointStore(state.dir, modes)
    this.notices = notices
    this.modes = modes
    this.predecessor = state.predecessor
    this.storedSize = state.storedSize
    this.newest = state.newest
    this.toSign =
      state.newest === undefined ? EMPTY : { ...state.newest, root: Buffer.from(state.newest.root), tiles: [] }
  }

  /** The checkpoint of the empty log, before its first record. A signer that takes its time signs it meanwhile. */
  begin(): void {
    if (this.newest === undefined && !this.commitSync(EMPTY)) void this.sign(EMPTY).catch(() => {})
  }

  /** The kernel has the record `bytes[start, end)`. */
  append(bytes: Buffer, start: number, end: number): void {
    this.tree.append(bytes, start, end)
  }

  get key(): string {
    const { verifier } = this.state.signer
    return verifier.vkey ?? fullKeyName(verifier)
  }

  /** The last record that a durable checkpoint covers; -1 when none is. */
  get sealedThrough(): number {
    return this.coveredSize - 1
  }

  /** There is something that no durable checkpoint covers, and nobody is about to change that. */
  get needsCommit(): boolean {
    return this.signing === undefined && (this.newest === undefined || this.tree.size > this.newest.size)
  }

  /** What the next checkpoint covers: taken before these records are made durable. To be released. */
  grow(): Growth {
    this.growthsInUse++
    return this.tree.growthSince(this.storedSize)
  }

  /** Nobody looks at a growth any more that was taken. */
  release(): void {
    this.growthsInUse--
    if (this.growthsInUse === 0) this.tree.forgetThrough(this.storedSize)
  }

  /** Makes the tiles durable; to be called when the records are. @throws the system's error. */
  async store(growth: Growth): Promise<void> {
    await this.tiles.write(growth.tiles)
    this.stored(growth)
  }

  /** Resolves when a durable checkpoint covers what is stored. Rejects with `KANSA_NOT_SEALED`. */
  async sign(growth: Growth): Promise<void> {
    try {
      while (this.newest === undefined || this.newest.size < growth.size) {
        if (this.isClosed) throw new Error('the journal was closed')
        this.signing ??= this.signNext().finally(() => {
          this.signing = undefined
        })
        await this.signing
      }
      this.tellSuccess()
    } catch (error) {
      throw this.failed(error)
    }
  }

  /** Both at once on this thread. False where that failed, or the signer would take its time. Never throws. */
  commitSync(growth: Growth): boolean {
    try {
      this.tiles.writeSync(growth.tiles)
      this.stored(growth)
      while (this.newest === undefined || this.newest.size < growth.size) {
        const next = this.next()
        const note = this.noteOf(next) ?? signNoteSync(this.textOf(next), this.signers())
        if (note === undefined) return false
        this.noteMade(next, note)
        this.checkpoints.writeSync(note)
        this.signed(next, note)
      }
      this.tellSuccess()
      return true
    } catch (error) {
      this.failed(error)
      return false
    }
  }

  /** Tells, and returns, that records are not sealed. */
  failed(cause: unknown): KansaError {
    if (!this.isFailureTold) this.notices.post({ kind: 'seal-failed', dir: this.state.dir, error: cause })
    this.isFailureTold = true
    const message =
      `records in ${this.state.dir} are durable, but no signed checkpoint covers them: ${messageOf(cause)}. It is tried ` +
      'again with the next commit.'
    return new KansaError('KANSA_NOT_SEALED', message, { cause })
  }

  /** The root of the first `size` records as base64; undefined where the tiles do not tell. */
  rootAt(size: number): string | undefined {
    try {
      return encodeBase64(rootOf(new TileHashReader(this.storedSize, this.tiles.read), size))
    } catch {
      return undefined
    }
  }

  /** The folder was made anew: what is known goes back into it. The tiles of older records cannot. */
  restoreFiles(): void {
    this.checkpoints.forgetFile()
    writeVerifierKeys(this.state.dir, this.signers(), this.modes)
    this.tiles.writeSync(this.tree.edgeTiles())
    if (this.newest !== undefined) this.checkpoints.writeSync(this.newest.note)
  }

  /** Nothing is written any more, whatever is still under way. */
  close(): void {
    this.isClosed = true
  }

  /** A checkpoint may be durable at any moment before anybody here knows: its tiles must be there then. */
  private sizesInUse(): number[] {
    return [this.coveredSize, this.sizeInSigning ?? 0, ...this.triedSizes, this.storedSize]
  }

  private get coveredSize(): number {
    return this.newest?.size ?? 0
  }

  private async signNext(): Promise<void> {
    const next = this.next()
    this.sizeInSigning = next.size
    try {
      await this.signTree(next)
    } finally {
      this.sizeInSigning = undefined
      this.tiles.removeOutgrown(next.size)
    }
  }

  private async signTree(next: Growth): Promise<void> {
    const note =
      this.noteOf(next) ?? (await within(SIGNING_MILLIS, 'the signer', signNote(this.textOf(next), this.signers())))
    // A commit on another path may have been faster, and after closing the files are another process's.
    const isOvertaken = (): boolean => this.isClosed || (this.newest !== undefined && this.newest.size >= next.size)
    if (isOvertaken()) return
    this.noteMade(next, note)
    await this.checkpoints.write(note, isOvertaken)
    if (!isOvertaken()) this.signed(next, note)
  }

  /** The first checkpoint is that of the empty log, also where its signature came late. */
  private next(): Growth {
    return this.newest === undefined ? EMPTY : this.toSign
  }

  /** A tree gets one signed note: another signature of it would stand in the history as a second checkpoint. */
  private noteOf({ size }: Growth): Buffer | undefined {
    return this.lastNote?.size === size ? this.lastNote.note : undefined
  }

  private noteMade({ size, root }: Growth, note: Buffer): void {
    this.lastNote = { size, root, note }
    if (this.triedSizes.size < MAX_TRIED_SIZES) this.triedSizes.add(size)
  }

  private textOf({ size, root }: Growth): string {
    return formatCheckpoint({ origin: this.state.origin, size, root, extensions: [] })
  }

  private signers(): readonly Signer[] {
    return this.predecessor === undefined ? [this.state.signer] : [this.predecessor, this.state.signer]
  }

  private stored(growth: Growth): void {
    const smaller = Math.min(growth.size, this.storedSize)
    if (growth.size >= this.storedSize) {
      this.storedSize = growth.size
      this.toSign = { ...growth, tiles: [] }
    }
    // While nobody signs, tiles grow all the same: one of each width would be left.
    this.tiles.removeOutgrown(smaller)
  }

  private signed({ size, root }: Growth, note: Buffer): void {
    const oldSizes = [this.coveredSize, ...this.triedSizes]
    this.newest = { size, root, note }
    this.predecessor = undefined
    this.triedSizes.clear()
    for (const oldSize of oldSizes) this.tiles.removeOutgrown(oldSize)
    this.notices.post({
      kind: 'checkpoint',
      origin: this.state.origin,
      size,
      root: encodeBase64(root),
      note: note.toString(),
    })
  }

  private tellSuccess(): void {
    if (this.isFailureTold) this.notices.post({ kind: 'seal-recovered' })
    this.isFailureTold = false
  }
}
