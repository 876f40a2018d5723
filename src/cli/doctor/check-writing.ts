/** Writes a real journal into a scratch folder, reads it back and compares. The audit folder itself is left alone. */
import { randomUUID } from 'node:crypto'
import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { messageOf } from '../../errors.ts'
import { buildEvent } from '../../events/build-event.ts'
import { DEFAULT_LIMITS, NOWHERE } from '../../events/event-settings.ts'
import { lineHeadOf } from '../../events/line.ts'
import { openJournal } from '../../journal/journal.ts'
import { ACTIVE_FILE } from '../../journal/layout.ts'
import { readLines } from '../../journal/read-lines.ts'
import { closeFiles, openNewestFirst } from '../../journal/read-log-files.ts'
import type { LoggerSettings } from '../../pipeline/logger-options.ts'
import { durationText } from '../quantities.ts'
import type { Check } from './check.ts'
import { nearestFolder } from './nearest-folder.ts'

const NAME = 'write test'
const COMMITS = 5
const LINES_PER_COMMIT = 20
/** A disk that takes longer is in trouble, or shared with somebody who is. */
const SLOW_COMMIT_MILLIS = 1000

interface Place {
  readonly folder: string
  /** False where the scratch folder is on another disk than the audit folder. */
  readonly sameDevice: boolean
}

/** Never throws, and always takes the scratch folder away again. */
export async function checkWriting(dir: string, settings: LoggerSettings): Promise<Check> {
  let place: Place
  let scratch: string
  try {
    place = choosePlace(dir)
    scratch = mkdtempSync(join(place.folder, 'kansa-doctor-'))
  } catch (error) {
    const found = `no scratch folder can be made: ${messageOf(error)}`
    return { name: NAME, status: 'warning', found, advice: 'Set TMPDIR to a folder that can be written.' }
  }
  const remove = (): void => rmSync(scratch, { recursive: true, force: true })
  const removeAndEnd = (signal: NodeJS.Signals): void => {
    try {
      remove()
    } finally {
      process.kill(process.pid, signal)
    }
  }
  process.once('SIGINT', removeAndEnd).once('SIGTERM', removeAndEnd)
  try {
    const check = await tryOut(place, join(scratch, 'audit'), settings)
    remove()
    return check
  } catch (error) {
    const found = `the scratch folder ${scratch} cannot be removed: ${messageOf(error)}`
    return { name: NAME, status: 'warning', found, advice: 'Remove it by hand.' }
  } finally {
    process.off('SIGINT', removeAndEnd).off('SIGTERM', removeAndEnd)
  }
}

async function tryOut(place: Place, dir: string, settings: LoggerSettings): Promise<Check> {
  try {
    return outcome(place, await writeAndReadBack(dir, settings))
  } catch (error) {
    return { name: NAME, status: 'problem', found: `in ${place.folder}: ${messageOf(error)}` }
  }
}

/** On the audit folder's disk: in the system's folder for such things, or beside the audit folder. */
function choosePlace(dir: string): Place {
  const audit = nearestFolder(dir)
  const device = statSync(audit).dev
  const beside = audit === dir ? dirname(dir) : audit
  const candidates = [tmpdir(), beside].filter(isWritable)
  const same = candidates.find(folder => statSync(folder).dev === device)
  return { folder: same ?? tmpdir(), sameDevice: same !== undefined }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Milliseconds of each commit. Throws where what is read is not what was written. */
async function writeAndReadBack(dir: string, settings: LoggerSettings): Promise<readonly number[]> {
  const { maxQueueBytes, flushIntervalMillis, fileMode, dirMode } = settings
  const journal = openJournal({
    dir,
    maxFileBytes: Number.MAX_SAFE_INTEGER,
    maxBackups: 0,
    minRetentionDays: 0,
    onRetentionConflict: 'grow',
    minFreeBytes: 0,
    minFreePercent: 0,
    maxQueueBytes,
    flushIntervalMillis,
    fileMode,
    dirMode,
    onLocked: 'refuse',
    signers: undefined,
    instanceId: randomUUID(),
    origin: undefined,
    firstLines: () => [],
    // What it has to say about the disk, the checks of the audit folder say.
    onNotice: () => {},
  })
  const written: string[] = []
  const commits: number[] = []
  try {
    for (let commit = 0; commit < COMMITS; commit++) {
      for (let line = 0; line < LINES_PER_COMMIT; line++) {
        const head = testHead()
        written.push(`${head},"seq":${journal.append(head)}}`)
      }
      const start = performance.now()
      await journal.commit()
      commits.push(performance.now() - start)
    }
  } finally {
    await journal.close()
  }
  const read = await readBack(dir)
  if (read.length !== written.length)
    throw new Error(`${written.length} records were written, ${read.length} are there`)
  const changed = read.findIndex((line, index) => line !== written[index])
  if (changed !== -1) throw new Error(`record ${changed} is not what was written`)
  return commits
}

function testHead(): string {
  const input = { toolName: 'kansa doctor', callId: randomUUID(), parameters: {}, success: true, durationMs: 0 }
  return lineHeadOf(buildEvent('ToolCall', input, NOWHERE, DEFAULT_LIMITS))
}

async function readBack(dir: string): Promise<string[]> {
  const files = openNewestFirst(join(dir, ACTIVE_FILE))
  try {
    const lines: string[] = []
    for (const file of files.toReversed()) {
      for await (const list of readLines(file, 0, file.size)) {
        for (const { bytes } of list) lines.push(bytes?.toString('utf8') ?? '')
      }
    }
    return lines
  } finally {
    closeFiles(files)
  }
}

function outcome({ folder, sameDevice }: Place, commits: readonly number[]): Check {
  const slowest = Math.max(...commits)
  const median = commits.toSorted((a, b) => a - b)[Math.floor(commits.length / 2)] ?? 0
  const times = `a commit (fdatasync) takes ${durationText(median)}, at most ${durationText(slowest)}`
  const where = sameDevice ? folder : `${folder}, which is on another disk than the audit folder`
  const found = `wrote ${COMMITS * LINES_PER_COMMIT} records in ${where}, read them back unchanged; ${times}`
  if (slowest >= SLOW_COMMIT_MILLIS) {
    const advice = 'Look for what else keeps that disk busy. Nothing is lost meanwhile, but `flush()` waits.'
    return { name: NAME, status: 'warning', found, advice }
  }
  return { name: NAME, status: sameDevice ? 'ok' : 'note', found }
}
