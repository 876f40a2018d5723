/** What a verification covered: name and text of each fact. */
import type { KeyUse, LogReport, SeqRange } from '../../verify/report.ts'
import { countText, numberText } from '../quantities.ts'

type Fact = readonly [name: string, text: string]

/** Actions that are named; the report has all. */
const NAMED_ACTIONS = 3

export function factsOf(report: LogReport): Fact[] {
  const { keys, retained, adopted, gaps, omitted } = report
  return [
    ['records', recordsText(report)],
    ...unsealedFact(report),
    ...(report.checkpoints === 0 ? [] : [['checkpoints', checkpointsText(report)] as const]),
    ...keys.filter(({ checkpoints }) => checkpoints > 0).map(key => ['key', keyText(key)] as const),
    ...gaps.map(range => ['missing', seqText(range)] as const),
    ...retained
      .slice(-1)
      .map(range => ['deleted', `${seqText(range)}, by retention, as record ${range.seq} says`] as const),
    ...adopted.map(
      range => ['adopted', `${seqText(range)}: found unsealed when a process started (record ${range.seq})`] as const,
    ),
    ...unfinishedFact(report),
    ...(report.auditFailures === 0 ? [] : [['failures', failuresText(report)] as const]),
    ...omittedFact(omitted.gaps, 'missing'),
    ...omittedFact(omitted.adopted, 'adopted'),
  ]
}

function recordsText({ records, firstSeq, lastSeq, files }: LogReport): string {
  const inFiles = `in ${countText(files.length, 'file')}`
  if (firstSeq === null || lastSeq === null) return `none that is sealed, ${inFiles}`
  return `${numberText(records)} as they were sealed, ${seqText({ firstSeq, lastSeq })}, ${inFiles}`
}

function unsealedFact({ unsealed, writer, treeSize }: LogReport): Fact[] {
  if (unsealed === 0) return []
  const by = { live: 'a writer is at work', none: 'no writer is at work', unknown: 'a writer elsewhere may be at work' }
  const where = treeSize === 0 ? '' : ' behind the newest checkpoint'
  return [['unsealed', `${countText(unsealed, 'line')}${where}; ${by[writer]}`]]
}

function checkpointsText({ checkpoints, treeSize }: LogReport): string {
  return `${numberText(checkpoints)}, the newest of ${countText(treeSize, 'record')}`
}

function keyText({ name, id, pinned, firstSize, lastSize, checkpoints }: KeyUse): string {
  const sizes = firstSize === lastSize ? `size ${firstSize}` : `sizes ${firstSize} to ${lastSize}`
  const from = pinned ? 'as given' : 'from the folder'
  return `${name}+${id}, ${from}: signed ${countText(checkpoints, 'checkpoint')}, ${sizes}`
}

function unfinishedFact({ unfinished, omitted }: LogReport): Fact[] {
  const count = unfinished.length + omitted.unfinished
  if (count === 0) return []
  const named = unfinished.slice(0, NAMED_ACTIONS).map(({ kind, name, seq }) => `${kind} ${name} (record ${seq})`)
  const more = count > named.length ? ', …' : ''
  return [['unfinished', `${countText(count, 'announced action')} without outcome: ${named.join(', ')}${more}`]]
}

function failuresText({ auditFailures }: LogReport): string {
  const count = countText(auditFailures, 'AuditFailure record')
  return `${count}; what failed, and whether anything was lost, shows kansa query --where category=AuditFailure`
}

function omittedFact(count: number, name: string): Fact[] {
  return count === 0 ? [] : [[name, `and ${numberText(count)} more`]]
}

function seqText({ firstSeq, lastSeq }: SeqRange): string {
  return firstSeq === lastSeq ? `seq ${firstSeq}` : `seq ${firstSeq} to ${lastSeq}`
}
