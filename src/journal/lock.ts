/**
 * One writer per log. Node has no flock, so the lock is a file that names its holder, created and replaced by calls
 * that are atomic: link(2) to take a free lock, link(2) of a claim and then rename(2) to take one from a dead holder.
 */
import { closeSync, constants, fstatSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { uptime } from 'node:os'
import { basename, join } from 'node:path'
import { KansaError } from '../errors.ts'
import { createExclusively, discardTemporary, writeTemporary } from './exclusive-file.ts'
import { LOCK_FILE } from './layout.ts'
import { openOwnFile } from './own-file.ts'
import { identityOfThisProcess, livenessOf, parseIdentity, type ProcessIdentity } from './process-identity.ts'
import { codeOf } from './system-error.ts'

const TAKEN_PREFIX = `${LOCK_FILE}.taken-`
const TEMPORARY_PREFIX = `${LOCK_FILE}.tmp-`
/** Each retry means that another process moved on meanwhile; this many in a row do not happen. */
const MAX_ATTEMPTS = 50

/** What a lock or claim file says; a `holder` is missing where it is torn. */
interface Held {
  readonly holder: ProcessIdentity | undefined
  /** Names the claim on this holder's lock. */
  readonly instance: string
  readonly isDead: boolean
}

/** The lock of one folder, held by this process until `release`. */
export class FolderLock {
  private readonly dir: string
  private readonly identity: ProcessIdentity
  /** What the lock file was when it was known to be ours; changes with anything that happens to it. */
  private known: string | undefined

  /** @throws KansaError `KANSA_DIR_LOCKED` when the holder lives, or its death cannot be proved. */
  constructor(dir: string, instance: string) {
    this.dir = dir
    this.identity = identityOfThisProcess(instance)
    this.withTemporary(temporary => this.acquire(temporary))
    this.known = fingerprint(this.path)
    this.removeLeftovers()
  }

  private get path(): string {
    return join(this.dir, LOCK_FILE)
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
    return this.read(LOCK_FILE)?.instance === this.identity.instance
  }

  private takeFree(): boolean {
    return this.withTemporary(temporary => createExclusively(temporary, this.path))
  }

  private withTemporary<T>(use: (temporary: string) => T): T {
    const temporary = writeTemporary(join(this.dir, TEMPORARY_PREFIX), JSON.stringify(this.identity))
    try {
      return use(temporary)
    } finally {
      discardTemporary(temporary)
    }
  }

  private acquire(temporary: string): void {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (createExclusively(temporary, this.path)) return
      const held = this.read(LOCK_FILE)
      if (held === undefined) continue
      if (!held.isDead) throw this.locked(held)
      if (this.takeOver(temporary, held)) return
    }
    throw new KansaError('KANSA_DIR_LOCKED', `${this.dir}: several processes fight for the lock. Try again.`)
  }

  /**
   * Only the owner of the claim `lock.taken-<instance>` may replace the lock of that dead instance; if the owner died
   * too, only the owner of the claim on the owner, and so on. Two processes that saw the same dead lock can therefore
   * never both replace it, and one that was slow finds another lock than it had judged.
   */
  private takeOver(temporary: string, dead: Held): boolean {
    const claim = this.claim(temporary, dead)
    if (claim === undefined) return false
    try {
      const unchanged = this.read(LOCK_FILE)?.instance === dead.instance
      if (unchanged) renameSync(temporary, this.path)
      return unchanged
    } finally {
      rmSync(claim, { force: true })
    }
  }

  /** The path of the claim that is ours now; undefined when others moved on meanwhile. */
  private claim(temporary: string, dead: Held): string | undefined {
    let target = dead
    for (let generation = 0; generation < MAX_ATTEMPTS; generation++) {
      const path = join(this.dir, `${TAKEN_PREFIX}${target.instance}`)
      if (createExclusively(temporary, path)) return path
      const claimant = this.read(basename(path))
      if (claimant === undefined) return undefined
      if (!claimant.isDead) throw this.locked(claimant)
      target = claimant
    }
    return undefined
  }

  private read(name: string): Held | undefined {
    const path = join(this.dir, name)
    let fd: number
    try {
      fd = openOwnFile(path, constants.O_RDONLY, 0)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    }
    try {
      const holder = parseIdentity(readFileSync(fd, 'utf8'))
      if (holder !== undefined) {
        return { holder, instance: holder.instance, isDead: livenessOf(holder, this.identity) === 'dead' }
      }
      // link() never shows half a file, so this is no lock of ours, or one of a file system without links.
      const { mtimeMs, ino } = fstatSync(fd)
      const isDead = mtimeMs < Date.now() - uptime() * 1000
      return { holder, instance: `unreadable-${ino}-${Math.trunc(mtimeMs)}`, isDead }
    } finally {
      closeSync(fd)
    }
  }

  private locked(held: Held): KansaError {
    const { holder } = held
    const advice =
      "Give this process another `dir`, or set `onLocked: 'own-folder'`. If you know that the holder is gone, " +
      `delete ${this.path}.`
    if (holder === undefined) {
      return new KansaError('KANSA_DIR_LOCKED', `${this.dir} is locked by an unreadable lock file. ${advice}`)
    }
    const certainty =
      livenessOf(holder, this.identity) === 'alive' ? '' : ' (another host or container: cannot see whether it lives)'
    return new KansaError(
      'KANSA_DIR_LOCKED',
      `${this.dir} is being written by process ${holder.pid} on host ${holder.host} since ${holder.startedAt}` +
        `${certainty}, and a log has one writer. ${advice}`,
    )
  }

  /** Claims and temporary files of processes that died half-way; nobody can need them while the lock is ours. */
  private removeLeftovers(): void {
    for (const name of readdirSync(this.dir)) {
      try {
        const isClaim = name.startsWith(TAKEN_PREFIX)
        const isDeadTemporary = name.startsWith(TEMPORARY_PREFIX) && this.read(name)?.isDead === true
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
