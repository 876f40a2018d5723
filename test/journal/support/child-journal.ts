/** A process of its own that has a journal open. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

const PROGRAM = join(import.meta.dirname, '..', 'programs', 'open-journal.ts')

export interface Outcome {
  readonly opened: boolean
  readonly dir?: string
  readonly nextSeq?: number
  readonly code?: string
  readonly message?: string
}

export class ChildJournal {
  readonly process: ChildProcessByStdio<Writable, Readable, null>
  private readonly lines: AsyncIterator<string>

  constructor(dir: string, onLocked: 'refuse' | 'own-folder' = 'refuse', behaviour: 'hold' | 'die' = 'hold') {
    this.process = spawn(process.execPath, [PROGRAM, dir, onLocked, behaviour], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]()
  }

  /** How opening went. */
  async outcome(): Promise<Outcome> {
    const { value, done } = await this.lines.next()
    if (done === true) throw new Error('the program said nothing')
    return JSON.parse(value)
  }

  /** Lets it close its journal and waits for its end. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    this.process.stdin.end()
    await once(this.process, 'exit')
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL')
    await once(this.process, 'exit')
  }
}
