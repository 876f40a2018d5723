import { randomBytes } from 'node:crypto'
import { mkdirSync, rmdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { KansaError } from '../../../src/errors.ts'
import type { Signer } from '../../../src/seal/signer.ts'
import { canMount, withTmpfs } from '../../faults/support/tmpfs.ts'
import { testSigner } from '../../support/sealed-folder.ts'
import { checkpointsIn, expectSealedToTheEnd, newestIn, sizesIn } from '../support/stored-seal.ts'
import { appendAll, expectGapless, head, MEMORY, nextTurn, type TestLog, useTestLogs } from '../support/test-logs.ts'

describe('a seal that cannot be written', () => {
  const newLog = useTestLogs(MEMORY)

  const obstacles: { name: string; put: (log: TestLog) => void; remove: (log: TestLog) => void }[] = [
    {
      name: 'tiles',
      put: log => writeFileSync(log.path('seal/tile'), 'in the way'),
      remove: log => rmSync(log.path('seal/tile')),
    },
    {
      name: 'tiles, which a link would lead elsewhere',
      put: log => symlinkSync(log.parent, log.path('seal/tile')),
      remove: log => rmSync(log.path('seal/tile')),
    },
    {
      name: 'the history of checkpoints',
      put: log => {
        rmSync(log.path('seal/checkpoints'))
        mkdirSync(log.path('seal/checkpoints'))
      },
      remove: log => {
        rmdirSync(log.path('seal/checkpoints'))
        writeFileSync(log.path('seal/checkpoints'), `${log.text('seal/checkpoint')}\n`)
      },
    },
    {
      name: 'the newest checkpoint',
      put: log => {
        rmSync(log.path('seal/checkpoint'))
        mkdirSync(log.path('seal/checkpoint'))
      },
      remove: log => rmdirSync(log.path('seal/checkpoint')),
    },
  ]

  for (const { name, put, remove } of obstacles) {
    it(`(${name}) keeps no record from being durable, and is made up for as soon as it can be`, async () => {
      const log = newLog()
      const journal = log.open()
      put(log)
      for (const id of ['a', 'b', 'c']) {
        appendAll(journal, id)
        const error = await journal.commit().catch((thrown: unknown) => thrown)
        expect(error).to.be.instanceOf(KansaError).with.property('code', 'KANSA_NOT_SEALED')
        expect(journal.commitSync(), 'durable').to.equal(true)
      }
      expect(log.ids()).to.deep.equal(['a', 'b', 'c'])
      expect(log.kinds()).to.deep.equal(['seal-failed'])
      remove(log)
      await journal.commit()
      expect(log.kinds()).to.deep.equal(['seal-failed', 'seal-recovered'])
      await journal.close()
      expect(newestIn(log.dir).size).to.equal(3)
      expectSealedToTheEnd(log.dir)
    })
  }

  it('because the disk has no inodes left keeps no record from being durable', async function () {
    if (!canMount()) this.skip()
    const log = newLog()
    await withTmpfs(
      'nr_inodes=24',
      async folder => {
        const dir = `${folder}/audit`
        const journal = log.open({ dir })
        await nextTurn()
        const ballast = fill(folder)
        for (let i = 0; i < 300; i++) journal.append(head(`${i}`))
        const error = await journal.commit().catch((thrown: unknown) => thrown)
        expect(error).to.be.instanceOf(KansaError).with.property('code', 'KANSA_NOT_SEALED')
        expect(String(error)).to.include('ENOSPC')
        expect(log.records(dir)).to.have.length(300)
        for (const path of ballast) rmSync(path)
        appendAll(journal, 'later')
        await journal.close()
        expectSealedToTheEnd(dir)
      },
      log,
    )
  })

  it('leaves one checkpoint of a tree in the history, also where another signature would differ', async () => {
    const key = testSigner()
    // As ECDSA signs, for example: never twice the same.
    const signer: Signer = {
      verifier: { ...key.verifier, verify: (text, signature) => key.verifier.verify(text, signature.subarray(0, 64)) },
      sign: text => Buffer.concat([key.sign(text), randomBytes(4)]),
    }
    const log = newLog()
    const journal = log.open({ signers: [signer] })
    const history = statSync(log.path('seal/checkpoints')).size
    rmSync(log.path('seal/checkpoint'))
    mkdirSync(log.path('seal/checkpoint'))
    appendAll(journal, 'a')
    await journal.commit().catch(() => {})
    expect(journal.commitSync()).to.equal(true)
    rmdirSync(log.path('seal/checkpoint'))
    await journal.commit()
    expect(sizesIn(log.dir)).to.deep.equal([0, 1])
    expect(newestIn(log.dir)).to.deep.equal(checkpointsIn(log.dir)[1])

    appendAll(journal, 'b')
    const inFlight = journal.commit()
    while (statSync(log.path('seal/checkpoints')).size < 2 * history) await nextTurn()
    journal.commitSync()
    await inFlight
    expect(sizesIn(log.dir)).to.deep.equal([0, 1, 2])
  })
})

describe('a seal that is removed while the log is open', () => {
  const newLog = useTestLogs(MEMORY)

  it('with the whole folder: the log goes on with the same tree and the same key, also after a restart', async () => {
    const log = newLog()
    const journal = log.open()
    for (let i = 0; i < 300; i++) journal.append(head(`${i}`))
    await journal.commit()
    const { origin, size, root } = newestIn(log.dir)
    rmSync(log.dir, { recursive: true })
    appendAll(journal, 'next')
    await journal.commit()
    // The first ones are gone, and nobody forges them.
    expect(sizesIn(log.dir)).to.deep.equal([300, 301])
    expect(checkpointsIn(log.dir)[0]).to.include({ origin, size, root })
    expect(log.text('seal/kansa.vkey')).to.equal(`${journal.sealKey}\n`)
    await journal.close()
    const again = log.open()
    expect(again.sealKey).to.equal(journal.sealKey)
    expect(again.opening).to.deep.include({ nextSeq: 301, repairs: [] })
    expect(statSync(log.path('keys/signing.key')).mode & 0o777).to.equal(0o600)
    await again.close()
    expectGapless(log.records())
  })

  it('alone is made anew', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    await journal.commit()
    rmSync(log.path('seal'), { recursive: true })
    appendAll(journal, 'b')
    await journal.close()
    expect(log.kinds()).to.deep.equal(['folder-recreated'])
    expect(sizesIn(log.dir)).to.deep.equal([1, 2])
    expect(log.open().opening).to.deep.include({ nextSeq: 2, repairs: [] })
  })

  it('in part: tiles are written again, and no checkpoint twice', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    await journal.commit()
    rmSync(log.path('seal/tile'), { recursive: true })
    rmSync(log.path('seal/format'))
    appendAll(journal, 'b')
    await journal.commit()
    expect(log.kinds()).to.deep.equal(['folder-recreated'])
    rmSync(log.path('seal/tile'), { recursive: true })
    appendAll(journal, 'c')
    expect(journal.commitSync()).to.equal(true)
    await journal.close()
    expectSealedToTheEnd(log.dir)
  })
})

/** Uses up the inodes; returns what did. */
function fill(folder: string): string[] {
  const paths: string[] = []
  try {
    for (;;) {
      const path = `${folder}/ballast-${paths.length}`
      writeFileSync(path, '')
      paths.push(path)
    }
  } catch {
    return paths
  }
}
