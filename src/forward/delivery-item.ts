/** One step of a delivery: what comes next in a log, and where the log stands after it. */
import type { Cursor, DeliveryCounts } from '../journal/forwarding/cursor-file.ts'
import type { DeadLetter } from '../journal/forwarding/dead-letter-file.ts'
import type { Fragment } from './request-parts.ts'

/** A cursor without what is counted. */
export type Position = Omit<Cursor, keyof DeliveryCounts>

/** A position but for what moves with each record: many items share one. */
export interface Standing extends Omit<Position, 'next' | 'place'> {
  /** The file of the log that is being read; undefined before anything was found. */
  readonly file: string | undefined
}

export interface DeliveryItem {
  /** To be sent; undefined where there is nothing to send. */
  readonly fragment: Fragment | undefined
  /** `log.record.uid`; empty where there is none. */
  readonly id: string
  /** Of the record, of the first one, or the size of the checkpoint. */
  readonly seq: number
  /** Records that it stands for. */
  readonly count: number
  /** What is to be counted for it when it is over, and how it is called in the dead letters then. */
  readonly outcome: 'delivered' | 'checkpoint' | 'skipped' | 'missing' | 'unusable'
  /** In the dead letters, for `missing` and `unusable`. */
  readonly reason: string
  readonly standing: Standing
  /** The record that comes after it. */
  readonly next: number
  /** Where its line begins in the file. */
  readonly offset: number
}

/** Where the log stands after the item. */
export function positionAfter({
  standing,
  next,
  offset,
}: Pick<DeliveryItem, 'standing' | 'next' | 'offset'>): Position {
  const { file, ...rest } = standing
  return { ...rest, next, place: file === undefined ? undefined : { file, offset } }
}

/** For keeping: the memory of what is over is used again. */
export function copyOf(item: DeliveryItem): DeliveryItem {
  if (item.fragment === undefined) return item
  const { bytes, frame } = item.fragment
  const slab = Buffer.from(bytes.slab.subarray(bytes.from, bytes.to))
  return { ...item, fragment: { bytes: { slab, from: 0, to: slab.length }, frame } }
}

export function standingOf({ origin, checkpoint, checkpointOffset, source, place }: Position): Standing {
  return { origin, checkpoint, checkpointOffset, source, file: place?.file }
}

/** Names the item in the dead letters. */
export function letterOf({ id, seq, count, standing: { origin } }: DeliveryItem, reason: string): DeadLetter {
  return { ...(id !== '' && { id }), seq, ...(count > 1 && { last_seq: seq + count - 1 }), origin, reason }
}
