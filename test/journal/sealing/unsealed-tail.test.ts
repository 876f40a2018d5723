import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import type { JournalOptions } from '../../../src/journal/journal.ts'
import { listCorruptFiles } from '../../../src/journal/layout.ts'
import { ChildJournal } from '../support/child-journal.ts'
import { expectSealedToTheEnd, linesIn, newestIn, rootOf, sizesIn } from '../support/stored-seal.ts'
import { appendAll, asAfterKill, expectGapless, head, MEMORY, type TestLog, useTestLogs } from '../support/test-logs.ts'

const LINE_BYTES = 19
const STOP = head('stop', { event_type: { type: 'Security', data: { category: 'AuditStopped', context: {} } } })

describe('lines that no checkpoint covers when a log is opened', () => {
  const newLog = useTestLogs(MEMORY)

  /** A killed process’s log: `sealed` and then `unsealed`, which the kernel has and no checkpoint covers. */
  async function killedLog(sealed: string[], unsealed: string[], options?: Partial<JournalOptions>): Promise<TestLog> {
    const log = newLog()
    const journal = log.open(options)
    appendAll(journal, ...sealed)
    await journal.commit()
    appendAll(journal, ...unsealed)
    journal.writeNow()
    return asAfterKill(log, newLog())
  }

  it('become part of the tree, by range, since anybody could have written them meanwhile', async () => {
    const log = await killedLog(['a', 'b'], ['c', 'd', 'e'])
    const journal = log.open()
    expect(journal.opening).to.deep.include({
      nextSeq: 5,
      repairs: [{ kind: 'adopted-unsealed', firstSeq: 2, lastSeq: 4 }],
    })
    await journal.close()
    expect(sizesIn(log.dir)).to.deep.equal([0, 2, 5])
    expectSealedToTheEnd(log.dir)
  })

  it('are told once', async () => {
    const log = await killedLog(['a'], ['b'])
    await log.open().close()
    expect(log.open().opening.repairs).to.deep.equal([])
  })

  it('are there after a real kill -9 too, and after several', async () => {
    const log = newLog()
    for (let round = 0; round < 2; round++) {
      const child = new ChildJournal(log.dir)
      await child.outcome()
      appendFileSync(log.path('audit.jsonl'), `{"id":"unsealed","seq":${2 * round + 1}}\n`)
      await child.kill()
    }
    const journal = log.open()
    expect(journal.opening.repairs).to.deep.equal([{ kind: 'adopted-unsealed', firstSeq: 3, lastSeq: 3 }])
    await journal.close()
    expectGapless(log.records())
    expectSealedToTheEnd(log.dir)
  })

  it('may be spread over several files', async () => {
    const log = await killedLog(['0'], ['1', '2', '3', '4', '5'], { maxFileBytes: 2 * LINE_BYTES })
    expect(log.names()).to.include('audit.jsonl.2')
    const journal = log.open()
    expect(journal.opening.repairs).to.deep.equal([{ kind: 'adopted-unsealed', firstSeq: 1, lastSeq: 5 }])
    await journal.close()
    expectSealedToTheEnd(log.dir)
  })

  it('may be all lines of the log', async () => {
    const log = await killedLog([], ['a', 'b'])
    const journal = log.open()
    expect(journal.opening.repairs).to.deep.equal([{ kind: 'adopted-unsealed', firstSeq: 0, lastSeq: 1 }])
    await journal.close()
    expectSealedToTheEnd(log.dir)
  })

  it('do not make the end unclean where it was in order: a signer may have been away', async () => {
    const log = newLog()
    const journal = log.open()
    await journal.commit()
    journal.append(STOP)
    journal.writeNow()
    const { opening } = asAfterKill(log, newLog()).open()
    expect(opening.previousEnd).to.equal('clean')
    expect(opening.repairs.map(({ kind }) => kind)).to.deep.equal(['adopted-unsealed'])
  })

  it('are adopted up to the first gap; what is behind it is kept aside', async () => {
    const files = { maxFileBytes: 2 * LINE_BYTES }
    const log = await killedLog(['0', '1'], ['2', '3', '4', '5', '6'], files)
    // After a power failure: `.1` lost its second line, the younger active file reached the disk.
    truncateSync(log.path('audit.jsonl.2'), LINE_BYTES)
    const lost = log.text('audit.jsonl.1') + log.text('audit.jsonl')
    const journal = log.open()
    expect(journal.opening.nextSeq).to.equal(3)
    const aside = listCorruptFiles(log.dir)
    expect(journal.opening.repairs).to.deep.equal([
      { kind: 'adopted-unsealed', firstSeq: 2, lastSeq: 2 },
      { kind: 'sequence-gap', file: aside[0], bytes: 2 * LINE_BYTES, expectedSeq: 3, foundSeq: 4 },
      { kind: 'sequence-gap', file: aside[1], bytes: LINE_BYTES, expectedSeq: 3, foundSeq: 4 },
    ])
    expect(aside.map(file => readFileSync(file, 'utf8')).join('')).to.equal(lost)
    appendAll(journal, 'next')
    await journal.close()
    expect(log.ids()).to.deep.equal(['0', '1', '2', 'next'])
    expectGapless(log.records())
    expectSealedToTheEnd(log.dir)
  })

  it('are adopted up to a gap inside the active file, which is then continued', async () => {
    const log = await killedLog(['0'], ['1', '2', '3'])
    const text = log.text('audit.jsonl')
    writeFileSync(log.path('audit.jsonl'), text.replace('{"id":"2","seq":2}\n', ''))
    const journal = log.open()
    expect(journal.opening.repairs.map(({ kind }) => kind)).to.deep.equal(['adopted-unsealed', 'sequence-gap'])
    appendAll(journal, 'next')
    await journal.close()
    expect(log.text('audit.jsonl')).to.equal('{"id":"0","seq":0}\n{"id":"1","seq":1}\n{"id":"next","seq":2}\n')
    expectSealedToTheEnd(log.dir)
  })

  it('are found whatever somebody put behind them: no line is adopted in the place of another', async () => {
    const log = await killedLog(['0', '1'], ['2', '3'])
    const forged = [1, 0, 2, 3].map(seq => `{"id":"forged","seq":${seq}}\n`)
    appendFileSync(log.path('audit.jsonl'), `${forged.join('')}{"id":"no seq"}\n{"id":"forged","seq":1}\n`)
    const journal = log.open()
    expect(journal.opening).to.deep.include({
      nextSeq: 4,
      repairs: [{ kind: 'adopted-unsealed', firstSeq: 2, lastSeq: 3 }],
    })
    appendAll(journal, 'next')
    await journal.close()
    expect(sizesIn(log.dir)).to.deep.equal([0, 2, 5])
    const lines = linesIn(log.dir)
    expect(newestIn(log.dir).root).to.equal(rootOf([...lines.slice(0, 4), ...lines.slice(-1)]))
  })
})
