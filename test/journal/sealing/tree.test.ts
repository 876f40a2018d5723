import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { listLogFiles } from '../../../src/journal/layout.ts'
import { RemoteSigner } from '../support/remote-signer.ts'
import {
  checkpointsIn,
  expectSealedToTheEnd,
  expectTilesOf,
  linesIn,
  sizesIn,
  tilesIn,
} from '../support/stored-seal.ts'
import { appendAll, asAfterKill, head, MEMORY, nextTurn, useTestLogs } from '../support/test-logs.ts'

describe('the tree of the log', () => {
  const newLog = useTestLogs(MEMORY)

  it('is that of the stored lines, over rotations, restarts and full tiles', async () => {
    const log = newLog()
    for (const [start, count] of [3, 252, 1, 0, 300, 1, 210].entries()) {
      const journal = log.open({ maxFileBytes: 5000, firstLines: () => [head('first')] })
      for (let i = 0; i < count; i++) {
        journal.append(head(`${start}/${i}`, { text: '監査'.repeat(i % 9) }))
        if (i % 100 === 99) await journal.commit()
      }
      if (start % 2 === 0) await journal.close()
      else journal.closeSync()
    }
    expect(listLogFiles(log.dir).length).to.be.greaterThan(3)
    expect(linesIn(log.dir).length).to.be.within(768, 1000)
    expectSealedToTheEnd(log.dir)
  })

  it('is that of the bytes of each line: characters, lines beyond every buffer, lines written in pieces', async () => {
    const log = newLog()
    const journal = log.open()
    for (const length of [1, 21_800, 65_500, 70_000, 300_000]) journal.append(head('x', { text: '😀"'.repeat(length) }))
    await nextTurn()
    appendAll(journal, 'é'.repeat(40_000), 'last')
    await journal.close()
    expect(linesIn(log.dir)).to.have.length(7)
    expectSealedToTheEnd(log.dir)
  })

  it('has the same root however its records were spread over commits', async () => {
    const roots = []
    for (const commitEvery of [1, 7, 20]) {
      const log = newLog()
      const journal = log.open()
      for (let i = 0; i < 20; i++) {
        journal.append(head(`${i}`))
        if (i % commitEvery === 0) await journal.commit()
      }
      await journal.close()
      roots.push(checkpointsIn(log.dir).at(-1)?.root)
    }
    expect(new Set(roots).size).to.equal(1)
  })

  it('keeps no partial tile that has become wider', async () => {
    const log = newLog()
    const journal = log.open()
    for (let i = 0; i < 3; i++) {
      appendAll(journal, 'a', 'b')
      await journal.commit()
      expect(Object.keys(tilesIn(log.dir))).to.deep.equal([`tile/0/000.p/${2 * i + 2}`])
    }
    for (let i = 0; i < 250; i++) journal.append(head(`${i}`))
    await journal.commit()
    expect(Object.keys(tilesIn(log.dir)).toSorted()).to.deep.equal(['tile/0/000', 'tile/1/000.p/1'])
    expect(existsSync(log.path('seal/tile/0/000.p'))).to.equal(false)
  })

  it('keeps no partial tiles of trees that nobody signed, except the last, however long that goes on', async () => {
    const signer = new RemoteSigner()
    const log = newLog()
    const journal = log.open({ signers: [signer] })
    appendAll(journal, 'a')
    await journal.commit()
    signer.ailment = 'fails'
    for (let i = 0; i < 4; i++) {
      appendAll(journal, 'b')
      await journal.commit().catch(() => {})
    }
    // What the newest checkpoint covers stays as it is.
    expect(Object.keys(tilesIn(log.dir)).toSorted()).to.deep.equal(['tile/0/000.p/1', 'tile/0/000.p/5'])
    signer.recover()
    await journal.close()
    expectTilesOf(log.dir, linesIn(log.dir))
  })

  it('goes on after tiles were stored whose checkpoint never was', async () => {
    const signer = new RemoteSigner()
    const log = newLog()
    const journal = log.open({ signers: [signer] })
    appendAll(journal, 'a', 'b')
    await journal.commit()
    signer.ailment = 'fails'
    for (let i = 0; i < 300; i++) journal.append(head(`${i}`))
    await journal.commit().catch(() => {})
    expect(sizesIn(log.dir)).to.deep.equal([0, 2])
    signer.recover()
    const killed = asAfterKill(log, newLog())
    const again = killed.open({ signers: [signer] })
    expect(again.opening.repairs).to.deep.equal([{ kind: 'adopted-unsealed', firstSeq: 2, lastSeq: 301 }])
    appendAll(again, 'c')
    await again.close()
    expect(sizesIn(killed.dir)).to.deep.equal([0, 2, 303])
    expectSealedToTheEnd(killed.dir)
  })

  it('is read from wider tiles where those of the newest checkpoint are gone', async () => {
    const signer = new RemoteSigner()
    for (const [records, width] of [
      [5, '.p/7'],
      [300, ''],
    ] as const) {
      signer.recover()
      const log = newLog()
      const journal = log.open({ signers: [signer] })
      appendAll(journal, 'a', 'b')
      await journal.commit()
      signer.ailment = 'fails'
      for (let i = 0; i < records; i++) journal.append(head(`${i}`))
      await journal.commit().catch(() => {})
      const killed = asAfterKill(log, newLog())
      expect(Object.keys(tilesIn(killed.dir))).to.include(`tile/0/000${width}`)
      rmSync(killed.path('seal/tile/0/000.p/2'))
      signer.recover()
      const { repairs } = killed.open({ signers: [signer] }).opening
      expect(repairs).to.deep.equal([{ kind: 'adopted-unsealed', firstSeq: 2, lastSeq: records + 1 }])
    }
  })

  it('is not spoilt by tiles that a power failure tore before their checkpoint was made', async () => {
    const log = newLog()
    const journal = log.open()
    for (let i = 0; i < 255; i++) journal.append(head(`${i}`))
    await journal.close()
    // Of a commit that got no further: length without content, and no length at all.
    mkdirSync(log.path('seal/tile/0/001.p'), { recursive: true })
    mkdirSync(log.path('seal/tile/1/000.p'), { recursive: true })
    for (const name of ['0/000', '0/001.p/2', '1/000.p/1']) writeFileSync(log.path(`seal/tile/${name}`), '')
    writeFileSync(log.path('seal/tile/0/000'), Buffer.alloc(8192))
    const again = log.open()
    expect(again.opening.repairs).to.deep.equal([])
    for (let i = 0; i < 5; i++) again.append(head(`${i}`))
    await again.close()
    expectSealedToTheEnd(log.dir)
  })
})
