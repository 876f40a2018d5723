/** Waits until files in some folders may have changed: told by the system where it can, at the latest by a timer. */
import { type FSWatcher, watch } from 'node:fs'

/** Changes come in swarms; those of this many milliseconds wake the reader once. */
const GATHER_MILLIS = 5

/** Hints only: a change may go unnoticed (network file systems, too many watches), so that every wait has an end. */
export class ChangeHints {
  private readonly watchers = new Map<string, FSWatcher>()
  private changed = false
  private wake: (() => void) | undefined

  /** Watches a folder, where it exists and the system allows it; once per folder. */
  watch(folder: string): void {
    if (this.watchers.has(folder)) return
    try {
      const watcher = watch(folder, { persistent: false }, () => this.onChange())
      this.watchers.set(folder, watcher)
      watcher.on('error', () => this.unwatch(folder))
    } catch {
      // Not there yet, or no watches left: the timer does.
    }
  }

  /** Resolves after a change since the last call, after `atMostMillis`, or at once when `signal` aborts. */
  async wait(atMostMillis: number, signal: AbortSignal): Promise<void> {
    if (!this.changed) await this.sleep(atMostMillis, signal)
    if (this.changed) {
      // Only swarms are gathered; nobody wakes this sleep.
      this.wake = undefined
      await this.sleep(GATHER_MILLIS, signal, false)
    }
    this.changed = false
  }

  close(): void {
    for (const watcher of this.watchers.values()) watcher.close()
    this.watchers.clear()
  }

  private unwatch(folder: string): void {
    this.watchers.get(folder)?.close()
    this.watchers.delete(folder)
  }

  private onChange(): void {
    this.changed = true
    this.wake?.()
  }

  private sleep(millis: number, signal: AbortSignal, wakes = true): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        this.wake = undefined
        resolve()
      }
      const timer = setTimeout(done, millis)
      signal.addEventListener('abort', done)
      if (wakes) this.wake = done
    })
  }
}
