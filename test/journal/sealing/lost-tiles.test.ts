import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { checkpointsIn, expectSealedToTheEnd, expectTilesOf, linesIn } from '../support/stored-seal.ts'
import { head, MEMORY, type TestLog, useTestLogs } from '../support/test-logs.ts'

describe('tiles that are lost when a log is opened', () => {
  const newLog = useTestLogs(MEMORY)

  async function logOf(records: number): Promise<TestLog> {
    const log = newLog()
    const journal = log.open({ maxFileBytes: 5000 })
    for (let i = 0; i < records; i++) journal.append(head(`${i}`))
    await journal.close()
    return log
  }

  for (const [what, lose] of [
    ['all of them', (log: TestLog) => rmSync(log.path('seal/tile'), { recursive: true })],
    ['that of the last records', (log: TestLog) => rmSync(log.path('seal/tile/0/001.p/44'))],
    ['that of the level above', (log: TestLog) => rmSync(log.path('seal/tile/1/000.p/1'))],
    ['by being cut', (log: TestLog) => truncateSync(log.path('seal/tile/0/001.p/44'), 100)],
    ['by being overwritten', (log: TestLog) => writeFileSync(log.path('seal/tile/0/001.p/44'), Buffer.alloc(44 * 32))],
  ] as const) {
    it(`${what}: are made anew from the lines, and that is told`, async () => {
      const log = await logOf(300)
      lose(log)
      const journal = log.open()
      expect(journal.opening).to.deep.include({ nextSeq: 300, repairs: [{ kind: 'tiles-rebuilt' }] })
      journal.append(head('next'))
      await journal.close()
      expect(checkpointsIn(log.dir).map(({ size }) => size)).to.deep.equal([0, 300, 301])
      expectSealedToTheEnd(log.dir)
      expect(log.open().opening.repairs).to.deep.equal([])
    })
  }

  it('are made anew also when nothing is appended', async () => {
    const log = await logOf(300)
    rmSync(log.path('seal/tile'), { recursive: true })
    await log.open().close()
    expectTilesOf(log.dir, linesIn(log.dir))
    expectSealedToTheEnd(log.dir)
  })

  it('are made anew together with the lines that no checkpoint covered', async () => {
    const log = await logOf(300)
    writeFileSync(log.path('audit.jsonl'), `${log.text('audit.jsonl')}{"id":"unsealed","seq":300}\n`)
    rmSync(log.path('seal/tile'), { recursive: true })
    const journal = log.open()
    expect(journal.opening.repairs.map(({ kind }) => kind)).to.deep.equal(['tiles-rebuilt', 'adopted-unsealed'])
    await journal.close()
    expectSealedToTheEnd(log.dir)
  })

  it('are not missed where they are no part of the right edge: full ones are for verification', async () => {
    const log = await logOf(300)
    rmSync(log.path('seal/tile/0/000'))
    const journal = log.open()
    expect(journal.opening.repairs).to.deep.equal([])
  })
})
