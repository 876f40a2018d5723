import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import type { Journal } from '../../../src/journal/journal.ts'
import { checkpointsIn, expectSealedToTheEnd, tilesIn } from '../support/stored-seal.ts'
import { appendAll, head, MEMORY, nextTurn, useTestLogs } from '../support/test-logs.ts'

function appendMany(journal: Journal, count: number): void {
  for (let i = 0; i < count; i++) journal.append(head(`${i}`))
}

describe('the files of the tiles', () => {
  const newLog = useTestLogs(MEMORY)

  it('hold the hashes of the lines, also where a commit on this thread comes in the middle of another', async () => {
    const log = newLog()
    const journal = log.open()
    for (let turns = 0; turns < 12; turns += 3) {
      appendMany(journal, 1100)
      const committing = journal.commit()
      for (let turn = 0; turn < turns; turn++) await nextTurn()
      appendMany(journal, 300)
      expect(journal.commitSync()).to.equal(true)
      // These fill tiles while the first commit may still store its own.
      appendMany(journal, 1100)
      journal.writeNow()
      await committing
    }
    await journal.close()
    expect(checkpointsIn(log.dir).length).to.be.greaterThan(4)
    expectSealedToTheEnd(log.dir)
  })

  it('hold them after many commits of many tiles, and after those that failed', async () => {
    const log = newLog()
    const journal = log.open()
    for (let round = 0; round < 8; round++) {
      // One of those that this commit fills.
      const path = log.path(`seal/tile/0/${String(Math.floor(journal.writtenThrough / 256) + 4).padStart(3, '0')}`)
      appendMany(journal, 2100)
      if (round % 3 === 1) {
        mkdirSync(path)
        expect(await journal.commit().catch((thrown: unknown) => thrown)).to.have.property('code', 'KANSA_NOT_SEALED')
        appendMany(journal, 600)
        rmSync(path, { recursive: true })
      }
      await journal.commit()
    }
    await journal.close()
    expectSealedToTheEnd(log.dir)
  })

  it('have the mode of the log, whatever the umask', async () => {
    const log = newLog()
    const journal = log.open({ fileMode: 0o640 })
    const before = process.umask(0o077)
    try {
      appendMany(journal, 300)
      await journal.commit()
      appendMany(journal, 300)
      journal.commitSync()
    } finally {
      process.umask(before)
    }
    const modes = Object.keys(tilesIn(log.dir)).map(name => statSync(log.path(`seal/${name}`)).mode & 0o777)
    expect(modes.length).to.be.greaterThan(2)
    expect(modes.every(mode => mode === 0o640)).to.equal(true)
  })

  it('are never written through a link', async () => {
    const log = newLog()
    const journal = log.open()
    const outside = `${log.parent}/outside`
    writeFileSync(outside, 'untouched')
    mkdirSync(log.path('seal/tile/0'), { recursive: true })
    symlinkSync(outside, log.path('seal/tile/0/000'))
    appendMany(journal, 256)
    expect(await journal.commit().catch((thrown: unknown) => thrown)).to.have.property('code', 'KANSA_NOT_SEALED')
    journal.commitSync()
    expect(readFileSync(outside, 'utf8')).to.equal('untouched')
    rmSync(log.path('seal/tile/0/000'))
    await journal.close()
    expectSealedToTheEnd(log.dir)
  })

  it('are as long as their hashes, where something longer stood in their place', async () => {
    const log = newLog()
    const journal = log.open()
    mkdirSync(log.path('seal/tile/0/000.p'), { recursive: true })
    writeFileSync(log.path('seal/tile/0/000.p/2'), 'x'.repeat(9999))
    writeFileSync(log.path('seal/tile/0/000'), 'x'.repeat(9999))
    appendAll(journal, 'a', 'b')
    await journal.commit()
    expect(statSync(log.path('seal/tile/0/000.p/2')).size).to.equal(64)
    appendMany(journal, 254)
    await journal.commit()
    expect(existsSync(log.path('seal/tile/0/000.p'))).to.equal(false)
    await journal.close()
    expectSealedToTheEnd(log.dir)
  })
})
