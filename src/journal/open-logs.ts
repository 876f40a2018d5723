/** Opens everything that a path given to a reading command stands for, to be read from its oldest line to its newest. */
import { constants, createReadStream, fstatSync, openSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { KansaError, messageOf } from '../errors.ts'
import { BlockBuffers, type JoinedLines, LineJoiner, readJoined } from './read-lines.ts'
import { closeFiles, type OpenLogFile, openNewestFirst } from './read-log-files.ts'
import { findLogs, refuseNewerFormat, STANDARD_INPUT } from './read-logs.ts'

/** One log, as it was when it was opened: what is written, rotated or deleted afterwards changes nothing. */
export interface OpenLog {
  /** Its active file, or what else the lines come from. */
  readonly path: string
  /** Bytes to be read; 0 where nobody knows. */
  readonly bytes: number
  /** Files that are known, oldest first; empty for a stream. */
  readonly files: readonly OpenLogFile[]
  /** The lines of the files that are `wanted`, each good until the next is asked for. A stream can be read once. */
  read(wanted?: (file: OpenLogFile) => Promise<boolean>): AsyncGenerator<JoinedLines>
  /** Ends also what is being read from a stream. */
  close(): void
}

/**
 * An audit folder (its own log and those under `writers/`), one file of lines, a pipe, or `-` for standard input. Empty
 * where there is no journal.
 * @throws KansaError `KANSA_UNREADABLE`, `KANSA_FORMAT_NEWER`
 */
export function openLogs(path: string): OpenLog[] {
  const { activePaths, singleFile, isStream } = findLogs(path)
  if (isStream) return [new StreamLog(path)]
  const logs: OpenLog[] = []
  try {
    for (const activePath of activePaths) {
      refuseNewerFormat(activePath)
      const log = FileLog.open(activePath, singleFile)
      if (log !== undefined) logs.push(log)
    }
    return logs
  } catch (error) {
    for (const log of logs) log.close()
    throw error
  }
}

class FileLog implements OpenLog {
  readonly path: string
  readonly bytes: number
  readonly files: readonly OpenLogFile[]

  static open(path: string, singleFile: boolean): FileLog | undefined {
    const files = openNewestFirst(path, () => singleFile).toReversed()
    return files.length === 0 ? undefined : new FileLog(path, files)
  }

  private constructor(path: string, files: readonly OpenLogFile[]) {
    this.path = path
    this.files = files
    this.bytes = files.reduce((sum, file) => sum + file.size, 0)
  }

  async *read(wanted: (file: OpenLogFile) => Promise<boolean> = async () => true): AsyncGenerator<JoinedLines> {
    const buffers = new BlockBuffers()
    for (const file of this.files) {
      if (!(await wanted(file))) continue
      for await (const joined of readJoined(file, 0, file.size, buffers)) {
        // The line that a writer is in the middle of: it is complete by now, and later than the moment that counts.
        const isBeingWritten = 'terminated' in joined && !joined.terminated && fstatSync(file.fd).size > file.size
        if (!isBeingWritten) yield joined
      }
    }
  }

  close(): void {
    closeFiles(this.files)
  }
}

class StreamLog implements OpenLog {
  readonly path: string
  readonly bytes = 0
  readonly files: readonly OpenLogFile[] = []
  private stream: Readable | undefined
  private isClosed = false

  constructor(path: string) {
    this.path = path
  }

  async *read(): AsyncGenerator<JoinedLines> {
    const name = this.path === STANDARD_INPUT ? 'standard input' : this.path
    const joiner = new LineJoiner(name, 0)
    try {
      this.stream = openStream(this.path)
      for await (const block of this.stream) {
        if (Buffer.isBuffer(block)) yield* joiner.push(block)
      }
    } catch (error) {
      if (this.isClosed) return
      throw new KansaError('KANSA_UNREADABLE', `cannot read ${name}: ${messageOf(error)}`, { cause: error })
    }
    const rest = joiner.rest()
    if (rest !== undefined) yield rest
  }

  close(): void {
    this.isClosed = true
    this.stream?.destroy()
  }
}

/** A read that waits for a pipe's writer must not hold up the end, so it is none that blocks a thread. */
function openStream(path: string): Readable {
  if (path === STANDARD_INPUT) return process.stdin
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return fstatSync(fd).isFIFO() ? new Socket({ fd, writable: false }) : createReadStream(path, { fd })
}
