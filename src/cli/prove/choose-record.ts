/** Which record of which log is meant. */
import { KansaError } from '../../errors.ts'
import { findLines, seqOf } from '../../verify/proof/find-line.ts'
import type { StoredLine } from '../../verify/proof/find-line.ts'
import type { Candidate } from '../../verify/proof/prove-record.ts'
import type { SealedLog } from '../../verify/proof/sealed-log.ts'

export interface ChosenRecord {
  readonly log: SealedLog
  readonly seq: number
  /** Lines that could be it. */
  readonly candidates: Iterable<Candidate>
}

/** As many of several are named, and held in memory. */
const MAX_NAMED = 4

/**
 * `record` is a `seq` or an `id`. `copy` is its line, got from elsewhere.
 * @throws KansaError `KANSA_INVALID_QUERY` where that is no record, or more than one.
 */
export function chooseRecord(record: string, logs: readonly SealedLog[], copy: Candidate | undefined): ChosenRecord {
  if (!/^\d+$/.test(record)) return chooseById(record, logs, copy)
  const [log, ...others] = logs
  const seq = Number(record)
  if (log === undefined || !Number.isSafeInteger(seq)) throw wrong(`no log has a record ${record}.`)
  if (others.length > 0) {
    throw wrong(
      `there are several logs, each with its own record ${record}. Name one of them with --dir: ${listed(logs)}`,
    )
  }
  return { log, seq, candidates: copy === undefined ? findLines(log.files, { seq }) : [copy] }
}

function chooseById(id: string, logs: readonly SealedLog[], copy: Candidate | undefined): ChosenRecord {
  if (copy !== undefined) throw wrong('--line needs the seq of the record, which stands at the end of its line.')
  const found = logs.flatMap(log => linesOf(log, id).map(line => ({ log, seq: seqOf(line.bytes), candidates: [line] })))
  const [first, ...others] = found
  if (first === undefined) throw wrong(`no record has the id ${JSON.stringify(id)} in ${listed(logs)}.`)
  if (others.length > 0) {
    const places = found.map(({ log, seq }) => `${seq ?? 'without seq'} in ${log.dir}`).join(', ')
    throw wrong(`several records have this id: ${places}. Give the seq of one of them, and --dir.`)
  }
  const { log, seq, candidates } = first
  if (seq === undefined) throw wrong('this record has no seq: Kansa did not write it, and nothing seals it.')
  return { log, seq, candidates }
}

function linesOf({ files }: SealedLog, id: string): StoredLine[] {
  const lines: StoredLine[] = []
  for (const line of findLines(files, { id })) {
    lines.push(line)
    if (lines.length === MAX_NAMED) break
  }
  return lines
}

function listed(logs: readonly SealedLog[]): string {
  return logs.map(({ dir }) => dir).join(', ')
}

function wrong(message: string): KansaError {
  return new KansaError('KANSA_INVALID_QUERY', message)
}
