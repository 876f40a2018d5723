import { rmSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { openLogs } from '../../src/journal/open-logs.ts'
import { eventFilter } from '../../src/query/event-filter.ts'
import { FieldCatalogue } from '../../src/query/field-catalogue.ts'
import { WallClock } from '../../src/query/wall-clock.ts'
import { reconcile } from '../../src/reconcile/reconcile.ts'
import { isComplete } from '../../src/reconcile/reconciliation.ts'
import { retentionDeleted, rootOfLines, sealedFolder } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { datadogCsv, datadogEvent, otlpFile, splunkCsv, splunkFile, splunkResult } from './support/exports.ts'
import { sourceOf } from './support/read.ts'
import { mixedEvents, NO_ROOT, reconciled, timeOf } from './support/reconciled.ts'
import { attributeOf, sentCheckpoint, sentRecords } from './support/sent-records.ts'
import type { SentRecord } from './support/sent-records.ts'

const COUNT = 60

const WRITERS: Readonly<Record<string, (records: readonly SentRecord[]) => string>> = {
  'JSON lines of the collector': records => otlpFile(records),
  'JSON of Splunk': splunkFile,
  'CSV of Splunk': splunkCsv,
  'JSON of Datadog': records => JSON.stringify({ data: records.map(record => datadogEvent(record)) }, undefined, 2),
  'CSV of Datadog': datadogCsv,
}

describe('a log compared with what was exported', () => {
  let folder: SealedFolder
  before(() => (folder = sealedFolder({ records: mixedEvents(COUNT), files: [25, 20, 15] })))
  after(() => rmSync(folder.dir, { recursive: true }))

  const sent = (from = 0, to = COUNT): SentRecord[] => sentRecords(folder.lines.slice(from, to))
  const without = (...seqs: number[]): SentRecord[] => sent().filter((_, seq) => !seqs.includes(seq))
  const idAt = (seq: number): string => JSON.parse(String(folder.lines[seq])).id

  for (const [name, write] of Object.entries(WRITERS)) {
    it(`is all there, in ${name}`, async () => {
      const found = await reconciled(folder, [write(sent())])
      expect(found).to.include({ expected: COUNT, found: COUNT, missing: 0, altered: 0, duplicated: 0, unknown: 0 })
      expect(isComplete(found)).to.equal(true)
    })

    it(`lacks what was removed, has what was altered and twice what was doubled, in ${name}`, async () => {
      const records = without(3, 10, 11, 59)
      const altered = records.find(record => attributeOf(record, 'log.record.uid').value.stringValue === idAt(20))
      if (altered !== undefined) altered.severityText = 'DEBUG'
      const found = await reconciled(folder, [write(records), write(sent(30, 32))])
      expect(found).to.include({ expected: COUNT, found: COUNT - 4, missing: 4, altered: 1, duplicated: 2 })
      expect(found.missingRecords).to.deep.equal([
        { firstSeq: 3, lastSeq: 3, firstId: idAt(3), lastId: idAt(3) },
        { firstSeq: 10, lastSeq: 11, firstId: idAt(10), lastId: idAt(11) },
        { firstSeq: 59, lastSeq: 59, firstId: idAt(59), lastId: idAt(59) },
      ])
      expect(found.alteredRecords.map(({ seq, id }) => ({ seq, id }))).to.deep.equal([{ seq: 20, id: idAt(20) }])
      expect(found.duplicatedRecords.map(({ seq, file }) => ({ seq, file }))).to.deep.equal([
        { seq: 30, file: 'export-1' },
        { seq: 31, file: 'export-1' },
      ])
      expect(isComplete(found)).to.equal(false)
    })
  }

  it('is told to the record, whatever was removed, doubled, altered and shuffled', async () => {
    const fates = fc.array(fc.constantFrom('kept', 'removed', 'doubled', 'altered'), {
      minLength: COUNT,
      maxLength: COUNT,
    })
    await fc.assert(
      fc.asyncProperty(fates, fc.infiniteStream(fc.nat()), async (fate, order) => {
        const records = sent().flatMap((record, seq) => {
          if (fate[seq] === 'removed') return []
          if (fate[seq] === 'altered') record.body = { stringValue: 'nothing happened' }
          return fate[seq] === 'doubled' ? [record, record] : [record]
        })
        const shuffled = records
          .map(record => ({ record, key: order.next().value }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ record }) => record)
        const found = await reconciled(folder, [otlpFile(shuffled)])
        const count = (what: string): number => fate.filter(one => one === what).length
        expect(found).to.include({
          missing: count('removed'),
          altered: count('altered'),
          duplicated: count('doubled'),
          found: COUNT - count('removed'),
        })
      }),
      { numRuns: 15 },
    )
  })

  it('is found in any order, over several files', async () => {
    const parts = [otlpFile(sent(30, 60).toReversed()), splunkFile(sent(0, 10)), datadogCsv(sent(10, 30).toReversed())]
    expect(await reconciled(folder, parts)).to.include({ found: COUNT, missing: 0, altered: 0, duplicated: 0 })
  })

  it('lacks the end of a file that was cut off, and says that it was', async () => {
    const whole = otlpFile(sent())
    const found = await reconciled(folder, [whole.slice(0, -200)])
    expect(found).to.include({ found: COUNT - 3, missing: 3 })
    expect(found.export.files[0]).to.deep.equal({ name: 'export-0', format: 'otlp', records: COUNT - 3, unreadable: 1 })
  })

  it('has an altered record, not a missing one, where its seq or its id was changed', async () => {
    const records = sent()
    const [first, second, third] = records
    if (first === undefined || second === undefined || third === undefined) throw new Error('too few')
    attributeOf(first, 'agent_audit.log.index').value = { intValue: 7 }
    attributeOf(second, 'agent_audit.log.index').value = { intValue: 7000 }
    attributeOf(third, 'log.record.uid').value = { stringValue: 'made-up' }
    const found = await reconciled(folder, [otlpFile(records)])
    expect(found).to.include({ found: COUNT, missing: 0, altered: 3, duplicated: 0, unknown: 0 })
    expect(found.alteredRecords.map(({ seq, fields }) => [seq, fields[0]?.field])).to.deep.equal([
      [0, 'agent_audit.log.index'],
      [1, 'agent_audit.log.index'],
      [2, 'log.record.uid'],
    ])
  })

  it('is found by id where the export has no seq, and by seq where it has no id', async () => {
    for (const lacking of ['agent_audit.log.index', 'log.record.uid']) {
      const records = without(4).map(record => ({
        ...record,
        attributes: record.attributes.filter(({ key }) => key !== lacking),
      }))
      expect(await reconciled(folder, [otlpFile(records)]), lacking).to.include({
        missing: 1,
        altered: 0,
        found: COUNT - 1,
      })
    }
  })

  it('is found by id where the export does not say of which log a record is', async () => {
    const results = sent().map(record => {
      const { 'agent_audit.log.origin': _, ...result } = splunkResult(record)
      return JSON.stringify({ result })
    })
    const other = JSON.stringify({ result: { 'log.record.uid': 'of another', 'agent_audit.log.index': '5' } })
    const found = await reconciled(folder, [[...results, other].join('\n')])
    expect(found).to.include({ found: COUNT, missing: 0, altered: 0, unknown: 0 })
    expect(found.export.foreign).to.equal(1)
  })

  it('counts records of other logs, other programs and checkpoints apart', async () => {
    const program: SentRecord = { timeUnixNano: '1', observedTimeUnixNano: '1', attributes: [] }
    const checkpoint = sentCheckpoint(60, 'root', 'kansa.log/other')
    const strangers = [...sentRecords(folder.lines.slice(0, 5), 'kansa.log/other'), ...checkpoint, program]
    const found = await reconciled(folder, [otlpFile([...sent(), ...strangers])])
    expect(found).to.include({ found: COUNT, missing: 0, altered: 0, duplicated: 0, unknown: 0 })
    expect(found.export).to.include({ foreign: 5, checkpoints: 1, unidentified: 1 })
    expect(found.export.files[0]?.records).to.equal(COUNT + 7)
  })

  it('misses all of it where the export is that of another log', async () => {
    const found = await reconciled(folder, [otlpFile(sentRecords(folder.lines, 'kansa.log/other'))])
    expect(found).to.include({ found: 0, missing: COUNT })
    expect(found.export.foreign).to.equal(COUNT)
  })

  it('never had records that bear its name and were made up', async () => {
    const [record] = sent(0, 1)
    if (record === undefined) throw new Error('too few')
    attributeOf(record, 'agent_audit.log.index').value = { intValue: COUNT }
    attributeOf(record, 'log.record.uid').value = { stringValue: 'made-up' }
    const found = await reconciled(folder, [otlpFile([...sent(), record])])
    expect(found).to.include({ missing: 0, unknown: 1 })
    expect(found.unknownRecords).to.deep.equal([{ seq: COUNT, id: 'made-up', file: 'export-0', place: 21 }])
    expect(isComplete(found)).to.equal(false)
  })

  for (const [name, write] of Object.entries(WRITERS)) {
    it(`has the newest checkpoint that was sent, or is another history, in ${name}`, async () => {
      const text = write([...sent(), ...sentCheckpoint(60, 'new'), ...sentCheckpoint(40, 'old')])
      const asked: number[] = []
      const rootAt = async (size: number): Promise<string> => {
        asked.push(size)
        return 'new'
      }
      const found = await reconciled(folder, [text], { rootAt })
      expect(found.checkpoint).to.include({ size: 60, root: 'new', isOfLog: true })
      expect([isComplete(found), asked]).to.deep.equal([true, [60]])
      const other = await reconciled(folder, [text], { rootAt: async () => 'another' })
      expect([isComplete(other), other.checkpoint?.isOfLog]).to.deep.equal([false, false])
      expect(isComplete(await reconciled(folder, [text], { rootAt: NO_ROOT }))).to.equal(false)
    })
  }

  it('need not have been sent what no checkpoint covers', async () => {
    expect(await reconciled(folder, [otlpFile(sent(0, 50))], { treeSize: 50 })).to.include({ expected: 50, missing: 0 })
  })

  it('need not have been sent what the filter of the destination leaves out', async () => {
    const catalogue = new FieldCatalogue(new WallClock(true))
    const filter = eventFilter({ severity: 'warn', type: ['security', 'tool'] }, catalogue, 0)
    const sentOnly = sent().filter((_, seq) => seq % 3 === 2 && seq !== 5)
    const found = await reconciled(folder, [otlpFile(sentOnly)], { expectation: { filter } })
    expect(found).to.include({ expected: 20, found: 19, missing: 1, filtered: 40 })
    expect(found.missingRecords[0]).to.include({ firstSeq: 5 })
  })

  for (const [how, since, until] of [
    ['by seq', { seq: 10 }, { seq: 50 }],
    ['by time', { millis: timeOf(10).getTime() }, { millis: timeOf(50).getTime() }],
  ] as const) {
    it(`is wanted of a part only, ${how}`, async () => {
      const expectation = { since, until }
      const found = await reconciled(folder, [otlpFile(sent(5, 49))], { expectation })
      expect(found).to.include({ expected: 45, found: 44, missing: 1, earlier: 5, pending: 10 })
      expect(found.missingRecords[0]).to.include({ firstSeq: 49, lastSeq: 49 })
    })
  }

  it('is wanted up to the newest record that is there', async () => {
    const records = without(7).slice(0, 40)
    const found = await reconciled(folder, [otlpFile(records)], { expectation: { until: 'newest' } })
    expect(found).to.include({ missing: 1, pending: COUNT - 41 })
    expect(await reconciled(folder, [otlpFile(records)])).to.include({ missing: COUNT - 40, pending: 0 })
  })

  it('cannot be compared with records whose lines are not here any more', async () => {
    const [events, lines] = [mixedEvents(20), folder.lines.slice(0, 20)]
    const deleted = (): object => retentionDeleted('audit.jsonl.1', 0, 19, rootOfLines(lines))
    const pruned = sealedFolder({ records: [...events, deleted, ...mixedEvents(9)], files: [20, 10] })
    const records = sentRecords(pruned.lines)
    rmSync(pruned.files[0] ?? '')
    const found = await reconciled(pruned, [otlpFile(records), otlpFile(records.slice(0, 2))])
    expect(found).to.include({ expected: 10, found: 10, missing: 0, unverifiable: 20, duplicated: 2, unknown: 0 })
    rmSync(pruned.dir, { recursive: true })
  })

  it('lists no more than 200 of each, and counts the rest', async () => {
    const large = sealedFolder({ records: mixedEvents(1000) })
    const records = sentRecords(large.lines).filter((_, seq) => seq % 2 === 1)
    for (const record of records) record.severityText = '?'
    const found = await reconciled(large, [otlpFile([...records, ...records], 100)])
    expect(found).to.include({ missing: 500, altered: 1000, duplicated: 500 })
    for (const list of [found.missingRecords, found.alteredRecords, found.duplicatedRecords]) {
      expect(list).to.have.lengthOf(200)
    }
    expect(found.omitted).to.deep.equal({ missing: 300, altered: 800, duplicated: 300, unknown: 0 })
    rmSync(large.dir, { recursive: true })
  })
})

describe('several logs compared with one export', () => {
  it('each get their own records', async () => {
    const one = sealedFolder({ records: mixedEvents(10), origin: 'kansa.log/one' })
    const two = sealedFolder({ dir: `${one.dir}/writers/two`, records: mixedEvents(8), origin: 'kansa.log/two' })
    const records = [...sentRecords(one.lines, one.origin).slice(1), ...sentRecords(two.lines, two.origin)]
    const opened = openLogs(one.dir)
    const logs = [one, two].flatMap(({ origin, lines }, at) => {
      const log = opened[at]
      return log === undefined ? [] : [{ log, origin, treeSize: lines.length, rootAt: NO_ROOT }]
    })
    const found = await reconcile({ logs, exports: [sourceOf(otlpFile(records.toReversed()))] })
    expect(found.map(({ found: there, missing }) => [there, missing])).to.deep.equal([
      [9, 1],
      [8, 0],
    ])
    for (const log of opened) log.close()
    rmSync(one.dir, { recursive: true })
  })
})
