/** What another system has of a log, for people. */
import { isComplete } from '../../reconcile/reconciliation.ts'
import type { ExportFacts, FoundRecord, MissingRange, Reconciliation } from '../../reconcile/reconciliation.ts'
import type { LogReport } from '../../verify/report.ts'
import { paint } from '../paint.ts'
import { countText, numberText } from '../quantities.ts'
import { columns } from './columns.ts'

/** Records of each list that are named; the report has more. */
const NAMED = 10

export function againstText(found: Reconciliation, { status }: LogReport): string {
  const verdict = isComplete(found) ? paint('green', 'complete') : paint('red', 'not the same')
  return [
    `  ${paint('bold', 'against the export')}  ${verdict}`,
    ...columns([
      ['there', `${numberText(found.found)} sealed records, of ${numberText(found.expected)} that should be`],
      ...listed('missing', found.missing, found.missingRecords.map(missingText)),
      ...listed('altered', found.altered, found.alteredRecords.flatMap(alteredTexts)),
      ...listed('unknown', found.unknown, found.unknownRecords.map(placeText)),
      ...checkpointFact(found.checkpoint),
      ...listed('duplicated', found.duplicated, found.duplicatedRecords.map(placeText)),
      ...fact('unverifiable', found.unverifiable, 'whose lines are not here any more'),
      ...fact('filtered', found.filtered, "not sent, by the destination's filter"),
      ...fact('earlier', found.earlier, 'before --since'),
      ...fact('pending', found.pending, 'from --until on'),
      ...exportFacts(found.export),
    ]),
    ...adviceFor(found, status).map(text => `  ${paint('dim', text)}`),
    '',
  ].join('\n')
}

type Fact = readonly [name: string, text: string]

/** The name stands before the first line only. */
function listed(name: string, count: number, texts: readonly string[]): Fact[] {
  if (count === 0) return []
  const shown = texts.length > NAMED ? [...texts.slice(0, NAMED), '…'] : texts
  return [[name, countText(count, 'record')], ...shown.map(text => ['', `  ${text}`] as const)]
}

function fact(name: string, count: number, why: string): Fact[] {
  return count === 0 ? [] : [[name, `${countText(count, 'record')} ${why}`]]
}

function checkpointFact(checkpoint: Reconciliation['checkpoint']): Fact[] {
  if (checkpoint === null || checkpoint.isOfLog) return []
  const { size, root, file, place } = checkpoint
  return [
    ['checkpoint', `of ${countText(size, 'record')} with the root ${root}, which this log never had  ${file}:${place}`],
  ]
}

function exportFacts({ files, foreign, unidentified, checkpoints }: ExportFacts): Fact[] {
  const records = files.reduce((sum, file) => sum + file.records, 0)
  return [
    ['export', `${countText(records, 'log record')} in ${countText(files.length, 'file')}`],
    ...files
      .filter(({ unreadable }) => unreadable > 0)
      .map(
        ({ name, unreadable }): Fact => [
          'unreadable',
          `${countText(unreadable, 'line or object', 'lines or objects')} of ${name}`,
        ],
      ),
    ...fact('foreign', foreign, 'of logs that are not in this folder'),
    ...fact('unidentified', unidentified, 'without id: of other programs'),
    ...fact('checkpoints', checkpoints, 'with a signed checkpoint'),
  ]
}

function missingText({ firstSeq, lastSeq, firstId, lastId }: MissingRange): string {
  return firstSeq === lastSeq ? `seq ${firstSeq}  ${firstId}` : `seq ${firstSeq} to ${lastSeq}  ${firstId} to ${lastId}`
}

function placeText({ seq, id, file, place }: FoundRecord): string {
  return `${seq === null ? 'no seq' : `seq ${seq}`}  ${id ?? 'no id'}  ${file}:${place}`
}

function alteredTexts(record: Reconciliation['alteredRecords'][number]): string[] {
  const fields = record.fields.map(
    ({ field, sealed, exported }) =>
      `  ${field}: ${sealed === null ? 'nothing' : JSON.stringify(sealed)} was sealed, ${JSON.stringify(exported)} is there`,
  )
  return [placeText(record), ...fields]
}

function adviceFor(found: Reconciliation, status: LogReport['status']): string[] {
  const notes = []
  if (status === 'tampered')
    notes.push('The log here was tampered with: it does not show which of the two was changed.')
  if (found.unknown > 0 || found.checkpoint?.isOfLog === false) {
    notes.push('What the log never had was made up there, or the log here is an older copy or another history.')
  }
  if (found.missing > 0)
    notes.push('What is still on its way is missing too: --until says up to when all must be there.')
  return notes
}
