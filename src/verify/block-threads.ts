/** Shares the reading of blocks among threads: one alone hashes half a million records a second, and cores are idle. */
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { KansaError } from '../errors.ts'
import { readLineBlock } from './line-block.ts'
import type { FilePart, LineBlock } from './line-block.ts'

/** What a thread sends: buffers arrive as plain bytes. */
export type PartAnswer =
  | (Omit<LineBlock, 'hashes'> & { readonly hashes: Uint8Array<ArrayBuffer> })
  | { readonly error: string }

interface Task {
  readonly part: FilePart
  readonly resolve: (block: LineBlock) => void
  readonly reject: (error: unknown) => void
}

/** Threads take longer to start than this takes to read. */
const MIN_BYTES = 24 * 1024 * 1024
const MAX_THREADS = 8
/** One is being read, one waits. */
const PARTS_PER_THREAD = 2

/** Reads parts of files; several at a time where there are threads. */
export interface BlockReader {
  /** How many parts may be on their way before the first is answered. */
  readonly ahead: number
  read(part: FilePart): Promise<LineBlock>
  close(): Promise<void>
}

/** `bytes` is how much there is to read. */
export function blockReaderFor(
  bytes: number,
  threads: number = Math.min(MAX_THREADS, availableParallelism()),
): BlockReader {
  return bytes < MIN_BYTES || threads < 2 ? new ThisThread() : new Threads(threads)
}

class ThisThread implements BlockReader {
  readonly ahead = 1

  async read(part: FilePart): Promise<LineBlock> {
    // Others get their turn: a log of many gigabytes must not hold up a server that verifies it.
    await setImmediate()
    return readLineBlock(part)
  }

  async close(): Promise<void> {}
}

// Owned by the verification that made it, which closes it.
class Threads implements BlockReader {
  readonly ahead: number
  private readonly threads: Thread[]

  constructor(count: number) {
    this.ahead = count * PARTS_PER_THREAD
    this.threads = Array.from({ length: count }, () => new Thread())
  }

  async read(part: FilePart): Promise<LineBlock> {
    const free = this.threads.reduce((a, b) => (b.waiting < a.waiting ? b : a))
    return await free.read(part)
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map(thread => thread.close()))
  }
}

class Thread {
  private readonly worker: Worker
  /** Answers come in the order of the questions. */
  private readonly tasks: Task[] = []
  private isBroken = false

  constructor() {
    // The same file beside this one, as source or compiled. Nothing of ours is preloaded in it.
    const file = new URL(`./block-worker${extname(import.meta.url)}`, import.meta.url)
    this.worker = new Worker(file, { execArgv: [], env: {} })
    this.worker.on('message', (answer: PartAnswer) => this.answered(answer))
    this.worker.on('error', () => this.doWithout())
    this.worker.on('exit', () => this.doWithout())
  }

  get waiting(): number {
    return this.tasks.length
  }

  async read(part: FilePart): Promise<LineBlock> {
    if (this.isBroken) return readLineBlock(part)
    return await new Promise((resolve, reject) => {
      this.tasks.push({ part, resolve, reject })
      this.worker.postMessage(part, [])
    })
  }

  async close(): Promise<void> {
    this.isBroken = true
    // Nobody waits for them any more.
    this.tasks.length = 0
    await this.worker.terminate()
  }

  private answered(answer: PartAnswer): void {
    const task = this.tasks.shift()
    if (task === undefined) return
    if ('error' in answer) task.reject(new KansaError('KANSA_UNREADABLE', answer.error))
    else task.resolve({ ...answer, hashes: Buffer.from(answer.hashes.buffer), tiles: withBuffer(answer.tiles) })
  }

  /** No thread can be had here, or it broke: what it was to read is read without it. */
  private doWithout(): void {
    this.isBroken = true
    for (const { part, resolve, reject } of this.tasks.splice(0)) {
      try {
        resolve(readLineBlock(part))
      } catch (error) {
        reject(error)
      }
    }
  }
}

function withBuffer({ starts, roots }: LineBlock['tiles']): LineBlock['tiles'] {
  return { starts, roots: Buffer.from(roots.buffer, roots.byteOffset, roots.byteLength) }
}
