/** `forward/<name>.cursor`: how far the delivery to one destination is. */
import { readFileSync } from 'node:fs'
import { writeFileDurably } from '../durable-file.ts'
import { withOwnFile } from '../own-file.ts'
import { cursorPath, makeForwardFolder } from './destination-files.ts'
import type { LinePlace } from './sealed-lines.ts'

const FILE_MODE = 0o600
const VERSION = 1

/** Numbers since the destination's first record from this log. */
export interface DeliveryCounts {
  /** Records that the destination took. */
  readonly delivered: number
  /** Records that it refused, or that could not be made into something to send; the dead letters name them. */
  readonly rejected: number
  /** Records that its filter left out. */
  readonly skipped: number
  /** Records that were no longer in the journal when it was their turn; the dead letters name them. */
  readonly missing: number
}

/** What describes the process that wrote a record, as its `AuditStarted` or `AuditContinued` has it. */
export interface RecordSource {
  /** JSON text of the OpenTelemetry resource's attributes. */
  readonly resource: string
  readonly instanceId: string | undefined
}

/** The position counts; everything else saves time or is told to people. */
export interface Cursor extends DeliveryCounts {
  /** The log that `next` is a position in. */
  readonly origin: string
  /** The next record to deliver. */
  readonly next: number
  /** Size of the newest checkpoint that was delivered; -1 before the first. */
  readonly checkpoint: number
  /** Where the line of `next` begins. */
  readonly place: LinePlace | undefined
  /** Where the checkpoint after `checkpoint` begins in `seal/checkpoints`. */
  readonly checkpointOffset: number
  /** In force at `next`. */
  readonly source: RecordSource | undefined
}

/** Undefined where there is none, or none that can be read as one: delivery then begins anew, and repeats. */
export function readCursor(dir: string, name: string): Cursor | undefined {
  const text = withOwnFile(cursorPath(dir, name), fd => readFileSync(fd, 'utf8'))
  return text === undefined ? undefined : parseCursor(text)
}

/** Durable when it returns. @throws the system's error, or KansaError `KANSA_DIR_UNUSABLE` */
export function writeCursor(dir: string, name: string, cursor: Cursor): void {
  makeForwardFolder(dir)
  writeFileDurably(cursorPath(dir, name), `${JSON.stringify({ version: VERSION, ...cursor })}\n`, FILE_MODE)
}

function parseCursor(text: string): Cursor | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof json !== 'object' || json === null) return undefined
  const value: Record<string, unknown> = { ...json }
  const { origin, next, checkpoint } = value
  if (value['version'] !== VERSION || typeof origin !== 'string') return undefined
  if (!isCount(next) || typeof checkpoint !== 'number' || !Number.isSafeInteger(checkpoint)) return undefined
  return {
    origin,
    next,
    checkpoint,
    place: placeOf(value['place']),
    checkpointOffset: countOr0(value['checkpointOffset']),
    source: sourceOf(value['source']),
    delivered: countOr0(value['delivered']),
    rejected: countOr0(value['rejected']),
    skipped: countOr0(value['skipped']),
    missing: countOr0(value['missing']),
  }
}

function placeOf(value: unknown): LinePlace | undefined {
  if (typeof value !== 'object' || value === null || !('file' in value) || !('offset' in value)) return undefined
  const { file, offset } = value
  return typeof file === 'string' && isCount(offset) ? { file, offset } : undefined
}

function sourceOf(value: unknown): RecordSource | undefined {
  if (typeof value !== 'object' || value === null || !('resource' in value)) return undefined
  const instanceId = 'instanceId' in value && typeof value.instanceId === 'string' ? value.instanceId : undefined
  return typeof value.resource === 'string' ? { resource: value.resource, instanceId } : undefined
}

function countOr0(value: unknown): number {
  return isCount(value) ? value : 0
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
