import { readFileSync, statSync } from 'node:fs'
import { expect } from 'chai'
import { EMPTY_ROOT } from '../../../src/seal/merkle-hash.ts'
import { checkpointsIn, expectSealedToTheEnd, newestIn, sizesIn } from '../support/stored-seal.ts'
import { appendAll, eventually, head, MEMORY, nextTurn, useTestLogs } from '../support/test-logs.ts'

describe('checkpoints', () => {
  const newLog = useTestLogs(MEMORY)

  it('begin with that of the empty log, before its first record', () => {
    const log = newLog()
    log.open({ origin: 'example.com/agent' })
    const checkpoint = newestIn(log.dir)
    expect(checkpoint).to.include({ origin: 'example.com/agent', size: 0, root: EMPTY_ROOT.toString('base64') })
    expect(checkpoint.signedBy).to.deep.equal(['example.com/agent'])
    expect(checkpointsIn(log.dir)).to.deep.equal([checkpoint])
  })

  it('come with each commit, and cover what was appended before it', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a', 'b')
    await journal.commit()
    expect(sizesIn(log.dir)).to.deep.equal([0, 2])
    appendAll(journal, 'c')
    expect(journal.commitSync()).to.equal(true)
    expect(sizesIn(log.dir)).to.deep.equal([0, 2, 3])
    appendAll(journal, 'd', 'e')
    await journal.close()
    expect(sizesIn(log.dir)).to.deep.equal([0, 2, 3, 5])
    expectSealedToTheEnd(log.dir)
  })

  it('are not written when nothing was appended since the last one', async () => {
    const log = newLog()
    const journal = log.open()
    await journal.commit()
    journal.commitSync()
    appendAll(journal, 'a')
    await journal.commit()
    await journal.commit()
    journal.commitSync()
    await journal.close()
    await log.open().close()
    expect(sizesIn(log.dir)).to.deep.equal([0, 1])
  })

  it('come by themselves, without a call', async () => {
    const log = newLog()
    appendAll(log.open({ flushIntervalMillis: 20 }), 'a')
    await eventually(() => newestIn(log.dir).size === 1, 'a checkpoint')
  })

  it('are one per commit also when two of them overlap', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    const inFlight = journal.commit()
    appendAll(journal, 'b')
    expect(journal.commitSync()).to.equal(true)
    appendAll(journal, 'c')
    await Promise.all([inFlight, journal.commit()])
    await journal.close()
    expectSealedToTheEnd(log.dir)
  })

  it('never go back: one that is overtaken while it is written is not put in place', async () => {
    const log = newLog()
    const journal = log.open()
    const grown = (): boolean => statSync(log.path('seal/checkpoints')).size > size
    let size = 0
    for (let round = 0; round < 5; round++) {
      size = statSync(log.path('seal/checkpoints')).size
      appendAll(journal, 'a')
      const inFlight = journal.commit()
      while (!grown()) await nextTurn()
      appendAll(journal, 'b')
      expect(journal.commitSync()).to.equal(true)
      const newest = newestIn(log.dir)
      await inFlight
      expect(newestIn(log.dir)).to.deep.equal(newest)
    }
    await journal.close()
    expectSealedToTheEnd(log.dir)
    const told = log.sealedSizes()
    expect(told).to.deep.equal([...new Set(told)].toSorted((a, b) => a - b))
  })

  it('are told, with the whole note, once they are durable', async () => {
    const log = newLog()
    const journal = log.open({ origin: 'example.com/agent' })
    await nextTurn()
    appendAll(journal, 'a')
    await journal.commit()
    const told = log.notices.flatMap(notice => (notice.kind === 'checkpoint' ? [notice] : []))
    expect(told.map(({ origin, size, root, note }) => ({ origin, size, root, note }))).to.deep.equal(
      checkpointsIn(log.dir).map(({ origin, size, root, note }) => ({ origin, size, root, note })),
    )
    expect(log.kinds()).to.deep.equal([])
  })

  it('cover what a listener appends about the one before with the next commit, and no earlier', async () => {
    const log = newLog()
    const journal = log.open({
      onNotice: notice => {
        if (notice.kind === 'checkpoint' && notice.size === 1) journal.append(head('about the checkpoint'))
      },
    })
    appendAll(journal, 'a')
    await journal.commit()
    expect(sizesIn(log.dir)).to.deep.equal([0, 1])
    await journal.commit()
    expect(sizesIn(log.dir)).to.deep.equal([0, 1, 2])
  })

  it('stand in seal/checkpoint byte for byte as they end seal/checkpoints', async () => {
    const log = newLog()
    const journal = log.open()
    for (const id of ['a', 'b', 'c']) {
      appendAll(journal, id)
      await journal.commit()
      const history = readFileSync(log.path('seal/checkpoints'), 'utf8')
      expect(history.endsWith(`\n\n${log.text('seal/checkpoint')}\n`)).to.equal(true)
    }
  })
})
