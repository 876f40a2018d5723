/**
 * One writer per log. Node has no flock, so the lock is a file that names its holder, created and replaced by calls
 * that are atomic: link(2) to take a free lock, link(2) of a claim and then rename(2) to take one from a dead holder.
 */
import { lstatSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { KansaError } from '../errors.ts'
import { createExclusively, discardTemporary, writeTemporary } from './exclusive-file.ts'
import { LOCK_FILE } from './layout.ts'
import { type LockHolder, readLockFile } from './lock-holder.ts'
import { identityOfThisProcess, type ProcessIdentity } from './process-identity.ts'

const TAKEN = '.taken-'
const TEMPORARY = '.tmp-'
/** Each retry means that another process moved on meanwhile; this many in a row do not happen. */
const MAX_ATTEMPTS = 50

/** What is said to who does not get the lock. */
export interface LockRefusal {
  /** The folder is being … */
  readonly doing: string
  readonly why: string
  readonly advice: string
}

const ONE_WRITER: LockRefusal = {
  doing: 'written',
  why: 'a log has one writer',
  advice: "Give this process another `dir`, or set `onLocked: 'own-folder'`.",
}

/** The lock of one folder, held by this process until `release`. */
export class FolderLock {
  private readonly dir: string
  private readonly name: string
  private readonly refusal: LockRefusal
  private readonly identity: ProcessIdentity
  /** What the lock file was when it was known to be ours; changes with anything that happens to it. */
  private known: string | undefined

  /**
   * `name` and `refusal` are those of the log's own lock unless given.
   * @throws KansaError `KANSA_DIR_LOCKED` when the holder lives, or its death cannot be proved.
   */
  constructor(dir: string, instance: string, name: string = LOCK_FILE, refusal: LockRefusal = ONE_WRITER) {
    this.dir = dir
    this.name = name
    this.refusal = refusal
    this.identity = identityOfThisProcess(instance)
    this.withTemporary(temporary => this.acquire(temporary))
    this.known = fingerprint(this.path)
    this.removeLeftovers()
  }

  private get path(): string {
    return join(this.dir, this.name)
  }

  /**
   * Looks whether the lock still is ours and sets it up again where it was deleted. False when another process took
   * it meanwhile.
   */
  reassert(): boolean {
    const found = fingerprint(this.path)
    if (found !== undefined && found === this.known) return true
    const isOurs = found === undefined ? this.takeFree() : this.isOurs()
    if (isOurs) this.known = fingerprint(this.path)
    return isOurs
  }

  /** Never throws: who cannot delete its lock dies with it, and the next one sees that. */
  release(): void {
    try {
      if (this.isOurs()) rmSync(this.path, { force: true })
    } catch {
      // Nothing more can be done about it.
    }
  }

  private isOurs(): boolean {
    return this.read(this.name)?.instance === this.identity.instance
  }

  private takeFree(): boolean {
    return this.withTemporary(temporary => createExclusively(temporary, this.path))
  }

  private withTemporary<T>(use: (temporary: string) => T): T {
    const temporary = writeTemporary(join(this.dir, `${this.name}${TEMPORARY}`), JSON.stringify(this.identity))
    try {
      return use(temporary)
    } finally {
      discardTemporary(temporary)
    }
  }

  private acquire(temporary: string): void {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (createExclusively(temporary, this.path)) return
      const held = this.read(this.name)
      if (held === undefined) continue
      if (held.liveness !== 'dead') throw this.locked(held)
      if (this.takeOver(temporary, held)) return
    }
    throw new KansaError('KANSA_DIR_LOCKED', `${this.dir}: several processes fight for the lock. Try again.`)
  }

  /**
   * Only the owner of the claim `lock.taken-<instance>` may replace the lock of that dead instance; if the owner died
   * too, only the owner of the claim on the owner, and so on. Two processes that saw the same dead lock can therefore
   * never both replace it, and one that was slow finds another lock than it had judged.
   */
  private takeOver(temporary: string, dead: LockHolder): boolean {
    const claim = this.claim(temporary, dead)
    if (claim === undefined) return false
    try {
      const unchanged = this.read(this.name)?.instance === dead.instance
      if (unchanged) renameSync(temporary, this.path)
      return unchanged
    } finally {
      rmSync(claim, { force: true })
    }
  }

  /** The path of the claim that is ours now; undefined when others moved on meanwhile. */
  private claim(temporary: string, dead: LockHolder): string | undefined {
    let target = dead
    for (let generation = 0; generation < MAX_ATTEMPTS; generation++) {
      const path = join(this.dir, `${this.name}${TAKEN}${target.instance}`)
      if (createExclusively(temporary, path)) return path
      const claimant = this.read(basename(path))
      if (claimant === undefined) return undefined
      if (claimant.liveness !== 'dead') throw this.locked(claimant)
      target = claimant
    }
    return undefined
  }

  private read(name: string): LockHolder | undefined {
    return readLockFile(join(this.dir, name), this.identity)
  }

  private locked({ holder, liveness }: LockHolder): KansaError {
    const advice = `${this.refusal.advice} If you know that the holder is gone, delete ${this.path}.`
    if (holder === undefined) {
      return new KansaError(
        'KANSA_DIR_LOCKED',
        `${this.dir} is locked by an unreadable lock file, ${this.name}. ${advice}`,
      )
    }
    const certainty = liveness === 'alive' ? '' : ' (another host or container: cannot see whether it lives)'
    return new KansaError(
      'KANSA_DIR_LOCKED',
      `${this.dir} is being ${this.refusal.doing} by process ${holder.pid} on host ${holder.host} since ` +
        `${holder.startedAt}${certainty}, and ${this.refusal.why}. ${advice}`,
    )
  }

  /** Claims and temporary files of processes that died half-way; nobody can need them while the lock is ours. */
  private removeLeftovers(): void {
    for (const name of readdirSync(this.dir)) {
      try {
        const isClaim = name.startsWith(`${this.name}${TAKEN}`)
        const isDeadTemporary = name.startsWith(`${this.name}${TEMPORARY}`) && this.read(name)?.liveness === 'dead'
        if (isClaim || isDeadTemporary) rmSync(join(this.dir, name), { force: true })
      } catch {
        // Litter that cannot be read or deleted harms nobody.
      }
    }
  }
}

function fingerprint(path: string): string | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return stats && `${stats.dev} ${stats.ino} ${stats.ctimeNs}`
}
