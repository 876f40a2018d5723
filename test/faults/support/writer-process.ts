/** Runs `append-lines.ts`, under any command that injects faults, and keeps what it said. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { JournalOptions } from '../../../src/journal/journal.ts'
import { eventually } from '../../journal/support/test-logs.ts'

const PROGRAM = join(import.meta.dirname, '..', 'programs', 'append-lines.ts')

export interface WriterPlan {
  readonly dir: string
  readonly lines: number
  /** Prefix of the ids, to tell one process from the next. */
  readonly name?: string
  readonly lineBytes?: number
  readonly linesPerTurn?: number
  readonly pauseMillis?: number
  readonly commitEvery?: number
  /** Says `waiting` before this line, and goes on when the standard input says anything. */
  readonly waitBefore?: number
  /** Says at the end how long the event loop was blocked at most, in milliseconds: `lag <n>`. */
  readonly reportLag?: boolean
  readonly options?: Partial<Omit<JournalOptions, 'firstLines' | 'onNotice'>>
}

export class WriterProcess {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>
  output = ''
  errors = ''
  private readonly name: string
  private readonly ended: Promise<unknown>

  constructor(plan: WriterPlan, wrapper: readonly string[] = []) {
    this.name = plan.name ?? 'line'
    const command = [...wrapper, process.execPath, PROGRAM, JSON.stringify(plan)]
    this.process = spawn(command[0] ?? '', command.slice(1), {
      stdio: 'pipe',
      // One thread: strace counts calls per thread.
      env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    })
    this.process.stdout.on('data', (chunk: Buffer) => {
      this.output += chunk.toString()
    })
    this.process.stderr.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString()
    })
    // Told to go on after its death: what matters is what it said before.
    this.process.stdin.on('error', () => {})
    this.ended = once(this.process, 'close')
  }

  get lines(): string[] {
    // A line that was cut off by the process's death was never said.
    return this.output.split('\n').slice(0, -1)
  }

  /** What was promised: ids of lines that the kernel has. */
  get written(): string[] {
    return this.said('written')
  }

  get notices(): { kind: string; [key: string]: unknown }[] {
    return this.said('notice').map(text => JSON.parse(text))
  }

  /** Ids of all lines that a commit was confirmed for: a checkpoint covers them. */
  get sealed(): string[] {
    const last = this.said('durable').findLast(id => id !== 'all')
    const end = last === undefined ? -1 : Number(last.slice(last.lastIndexOf('-') + 1))
    return Array.from({ length: end + 1 }, (_, line) => `${this.name}-${line}`)
  }

  /** What was reported, except checkpoints: those come with the commits. */
  get kinds(): string[] {
    return this.notices.map(notice => notice.kind).filter(kind => kind !== 'checkpoint')
  }

  said(word: string): string[] {
    return this.lines.filter(line => line.startsWith(`${word} `)).map(line => line.slice(word.length + 1))
  }

  async until(line: string): Promise<void> {
    await eventually(() => this.lines.includes(line) || this.hasEnded, `the program says "${line}"`, 30_000)
    if (!this.lines.includes(line)) throw new Error(`it ended before "${line}":\n${this.output}${this.errors}`)
  }

  get pid(): number {
    const { pid } = this.process
    if (pid === undefined) throw new Error('it did not start')
    return pid
  }

  goOn(): void {
    this.process.stdin.write('go')
  }

  /** Waits for the end; true when it came by itself, to the last line of the program. */
  async end(): Promise<boolean> {
    await this.ended
    return this.lines.includes('closed')
  }

  get hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null
  }
}
