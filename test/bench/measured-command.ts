/** Runs a command as a shell would, and measures it from outside. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  /** Stopped when it has written so many lines, because it does not end by itself. */
  readonly stopAfterLines?: number
  /** Several processes in a pipe: the memory of the first says nothing. */
  readonly isPipe?: true
}

const TIMEOUT_MILLIS = 5 * 60_000
const POLL_MILLIS = 5
const LINE_FEED = 0x0a
/** Linux counts processor time in these, everywhere (USER_HZ). */
const MILLIS_PER_TICK = 10

export interface CommandRun {
  /** From the start of the process to its end, or to the last line of those that were waited for. */
  readonly seconds: number
  /** The most memory that was resident; absent where the system does not tell. */
  readonly peakBytes: number | undefined
  /** Of all its threads and the processes it waited for; absent where the system does not tell. */
  readonly cpuMillis: number | undefined
  readonly output: string
}

/** @throws Error with what the command said when it fails or takes too long. */
export async function measureCommand({ file, args, stopAfterLines, isPipe }: Command): Promise<CommandRun> {
  const cpuBefore = childrenCpuMillis()
  const start = performance.now()
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MILLIS })
  const peak = new PeakMemory(child)
  const output: Buffer[] = []
  const complaints: Buffer[] = []
  let lines = 0
  let stopped: number | undefined
  child.stdout.on('data', (bytes: Buffer) => {
    output.push(bytes)
    if (stopAfterLines === undefined || stopped !== undefined) return
    lines += bytes.reduce((count, byte) => (byte === LINE_FEED ? count + 1 : count), 0)
    if (lines < stopAfterLines) return
    stopped = performance.now()
    peak.look()
    child.kill('SIGINT')
  })
  child.stderr.on('data', (bytes: Buffer) => complaints.push(bytes))
  let ended = start
  child.once('exit', () => {
    ended = performance.now()
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  peak.end()
  if (stopped === undefined && code !== 0) {
    const said = Buffer.concat(complaints).toString('utf8')
    throw new Error(`${file} ${args.slice(0, 3).join(' ')} … ended with ${signal ?? `exit code ${code}`}\n${said}`)
  }
  const cpuAfter = childrenCpuMillis()
  return {
    seconds: ((stopped ?? ended) - start) / 1000,
    peakBytes: isPipe ? undefined : peak.bytes,
    cpuMillis: cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore,
    output: Buffer.concat(output).toString('utf8'),
  }
}

/**
 * The high-water mark that Linux keeps for a process, asked for again and again because it is gone when the process is.
 * It never falls, so all that can be missed is growth in the last milliseconds.
 */
class PeakMemory {
  bytes: number | undefined
  private readonly pid: number | undefined
  private readonly timer: NodeJS.Timeout

  constructor({ pid }: ChildProcess) {
    this.pid = pid
    this.timer = setInterval(() => this.look(), POLL_MILLIS)
  }

  look(): void {
    const mark = /^VmHWM:\s+(\d+) kB$/m.exec(readProc(`${this.pid}/status`) ?? '')?.[1]
    if (mark !== undefined) this.bytes = Number(mark) * 1024
  }

  end(): void {
    clearInterval(this.timer)
  }
}

/** Processor time of all children that have ended. */
function childrenCpuMillis(): number | undefined {
  const stat = readProc('self/stat')
  if (stat === undefined) return undefined
  // After the name, which may hold spaces: fields 3 and on. 16 and 17 are the children's, proc(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) * MILLIS_PER_TICK
}

function readProc(name: string): string | undefined {
  try {
    return readFileSync(`/proc/${name}`, 'utf8')
  } catch {
    return undefined
  }
}
