import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { checkpointsIn, linesIn, newestIn, rootOf, sizesIn } from '../support/stored-seal.ts'
import { appendAll, MEMORY, type TestLog, useTestLogs } from '../support/test-logs.ts'

const LINE_BYTES = 19

describe('sealed records that are gone when a log is opened', () => {
  const newLog = useTestLogs(MEMORY)

  async function sealedLog(maxFileBytes = 1000): Promise<TestLog> {
    const log = newLog()
    const journal = log.open({ maxFileBytes })
    appendAll(journal, '0', '1', '2', '3', '4')
    await journal.close()
    return log
  }

  it('stay missing and are named; no seq is given out twice', async () => {
    const log = await sealedLog()
    const before = linesIn(log.dir)
    truncateSync(log.path('audit.jsonl'), 3 * LINE_BYTES)
    const journal = log.open()
    expect(journal.opening).to.deep.include({
      nextSeq: 5,
      repairs: [{ kind: 'missing-records', firstSeq: 3, lastSeq: 4 }],
    })
    expect(appendAll(journal, '5')).to.deep.equal([5])
    await journal.close()
    expect(log.records().map(({ seq }) => seq)).to.deep.equal([0, 1, 2, 5])
    // The tree still has them: whoever has the old lines can show that they were there.
    expect(newestIn(log.dir).root).to.equal(rootOf([...before, linesIn(log.dir).at(-1) ?? Buffer.from('')]))
  })

  it('are named by the start that finds the end gone, not by those after it', async () => {
    const log = await sealedLog()
    truncateSync(log.path('audit.jsonl'), LINE_BYTES)
    const journal = log.open()
    appendAll(journal, '5')
    await journal.close()
    expect(log.open().opening.repairs).to.deep.equal([])
  })

  it('may be all of them', async () => {
    const log = await sealedLog()
    rmSync(log.path('audit.jsonl'))
    const journal = log.open()
    expect(journal.opening).to.deep.include({
      previousEnd: 'none',
      nextSeq: 5,
      repairs: [{ kind: 'missing-records', firstSeq: 0, lastSeq: 4 }],
    })
    appendAll(journal, '5')
    await journal.close()
    expect(sizesIn(log.dir)).to.deep.equal([0, 5, 6])
  })

  it('are not looked for before the end of the log: that is for verification', async () => {
    const log = await sealedLog(2 * LINE_BYTES)
    rmSync(log.path('audit.jsonl.1'))
    expect(log.open().opening).to.deep.include({ nextSeq: 5, repairs: [] })
  })

  it('are not invented because somebody put an old record behind the last one', async () => {
    const log = await sealedLog()
    appendFileSync(log.path('audit.jsonl'), '{"id":"1","seq":1}\n')
    expect(log.open().opening).to.deep.include({ nextSeq: 5, repairs: [] })
  })

  it('are not covered up by a file with other records', async () => {
    const log = await sealedLog()
    const root = newestIn(log.dir).root
    renameSync(log.path('audit.jsonl'), `${log.parent}/moved`)
    writeFileSync(log.path('audit.jsonl'), '{"id":"forged","seq":0}\n{"id":"forged","seq":1}\n')
    const journal = log.open()
    expect(journal.opening.repairs).to.deep.equal([{ kind: 'missing-records', firstSeq: 2, lastSeq: 4 }])
    await journal.close()
    expect(checkpointsIn(log.dir).at(-1)?.root).to.equal(root)
  })
})
