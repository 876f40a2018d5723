/** What opening the log found, in words and as the context of `AuditRecovered`. */
import type { Repair } from '../journal/repair.ts'

export interface RepairNews {
  readonly message: string
  readonly context: Readonly<Record<string, string | number | undefined>>
}

export function newsOfRepair(repair: Repair): RepairNews {
  const { kind, ...details } = repair
  const named = Object.entries(details).map(([key, value]) => [snakeKey(key), value])
  return { message: messageOf(repair), context: { kind, ...Object.fromEntries(named) } }
}

function messageOf(repair: Repair): string {
  switch (repair.kind) {
    case 'torn-line':
    case 'nul-bytes':
    case 'not-a-record':
    case 'unmovable-tail':
    case 'torn-checkpoint':
      return `The log was repaired: ${repair.bytes} bytes that are no record (${repair.kind}) were set aside.`
    case 'other-program':
      return 'The log was repaired: a file of another program became a backup.'
    case 'adopted-unsealed':
      return `Records ${repair.firstSeq} to ${repair.lastSeq} were found without a checkpoint and are sealed from now on.`
    case 'missing-records':
      return `Records ${repair.firstSeq} to ${repair.lastSeq} are sealed, but not there.`
    case 'sequence-gap':
      return `Unsealed records from ${repair.foundSeq} on were set aside: ${repair.expectedSeq} is missing before them.`
    case 'tiles-rebuilt':
      return 'The tiles of the seal were lost; they are made anew from the records.'
    case 'checkpoint-restored':
      return `The newest checkpoint, of ${repair.size} records, stood in one of its two files only.`
    case 'log-set-aside':
      return `The log could not be continued (${repair.reason}): it was set aside, and a new one begins.`
  }
}

/** `firstSeq` as `first_seq`. */
export function snakeKey(key: string): string {
  return key.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}
