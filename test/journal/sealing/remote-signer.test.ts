import { existsSync, readdirSync } from 'node:fs'
import { mock } from 'node:test'
import { expect } from 'chai'
import { KansaError } from '../../../src/errors.ts'
import type { Journal } from '../../../src/journal/journal.ts'
import { type Ailment, RemoteSigner } from '../support/remote-signer.ts'
import { expectSealedToTheEnd, sizesIn } from '../support/stored-seal.ts'
import {
  appendAll,
  eventually,
  expectGapless,
  head,
  MEMORY,
  nextTurn,
  type TestLog,
  useTestLogs,
} from '../support/test-logs.ts'

const LINE_BYTES = 19

function tileWidths(log: TestLog): number[] {
  return readdirSync(log.path('seal/tile/0/000.p'))
    .map(Number)
    .toSorted((a, b) => a - b)
}

describe('a signer that answers later', () => {
  const newLog = useTestLogs(MEMORY)
  const signers: RemoteSigner[] = []
  afterEach(() => {
    for (const signer of signers.splice(0)) signer.recover()
  })

  function newSigner(ailment?: Ailment): RemoteSigner {
    const signer = new RemoteSigner(ailment)
    signers.push(signer)
    return signer
  }

  it('seals like any other, beginning with the empty log', async () => {
    const log = newLog()
    const journal = log.open({ signers: [newSigner()] })
    for (const id of ['a', 'b', 'c']) {
      appendAll(journal, id)
      await journal.commit()
    }
    await journal.close()
    expect(sizesIn(log.dir)).to.deep.equal([0, 1, 2, 3])
    expectSealedToTheEnd(log.dir)
  })

  it('is asked while records are written: nothing waits for it but a flush', async () => {
    const signer = newSigner('hangs')
    const log = newLog()
    const journal = log.open({ signers: [signer] })
    appendAll(journal, 'a')
    const flush = journal.commit()
    await journal.whenWritten(0)
    appendAll(journal, 'b')
    await journal.whenWritten(1)
    await eventually(() => existsSync(log.path('seal/tile/0/000.p/1')), 'the records are durable')
    expect(existsSync(log.path('seal/checkpoint'))).to.equal(false)
    signer.recover()
    await flush
    expect(sizesIn(log.dir).slice(0, 2)).to.deep.equal([0, 1])
    await journal.close()
    expectSealedToTheEnd(log.dir)
  })

  it('finds the tiles of what it signs still there, however many records came meanwhile', async () => {
    const signer = newSigner()
    const log = newLog()
    const journal = log.open({ signers: [signer] })
    await journal.commit()
    signer.ailment = 'hangs'
    for (const size of [1, 2, 3, 4]) {
      appendAll(journal, `record ${size}`)
      void journal.commit().catch(() => {})
      await eventually(() => existsSync(log.path(`seal/tile/0/000.p/${size}`)), 'the records are durable')
    }
    await eventually(() => tileWidths(log).join() === '1,4', 'only tiles in use are kept')
    signer.recover()
    await journal.commit()
    expect(sizesIn(log.dir)).to.deep.equal([0, 1, 4])
    await journal.close()
    expect(tileWidths(log)).to.deep.equal([4])
  })

  it('is asked for one signature at a time, and the next one covers all that came meanwhile', async () => {
    const signer = newSigner()
    const log = newLog()
    const journal = log.open({ signers: [signer] })
    await journal.commit()
    signer.ailment = 'hangs'
    const flushes: Promise<void>[] = []
    for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) {
      appendAll(journal, id)
      flushes.push(journal.commit())
      await eventually(() => existsSync(log.path(`seal/tile/0/000.p/${index + 1}`)), 'the records are durable')
    }
    await eventually(() => tileWidths(log).join() === '1,4', 'all tiles are stored')
    const before = signer.requests
    signer.recover()
    await Promise.all(flushes)
    expect(sizesIn(log.dir)).to.deep.equal([0, 1, 4])
    expect(signer.requests - before).to.equal(1)
  })

  it('that never answered leaves records which the next start cannot tell from records without a seal', async () => {
    const log = newLog()
    const journal = log.open({ signers: [newSigner('hangs')] })
    appendAll(journal, 'a')
    journal.closeSync()
    const again = log.open({ signers: [newSigner()] })
    expect(again.opening.repairs.map(({ kind }) => kind)).to.deep.equal(['log-set-aside'])
  })

  it('leaves the end unsealed when the process exits, and the next start adopts it', async () => {
    const log = newLog()
    const journal = log.open({ signers: [newSigner()] })
    await journal.commit()
    appendAll(journal, 'a', 'b')
    // As in an exit listener: nothing asynchronous happens any more.
    expect(journal.commitSync()).to.equal(true)
    journal.closeSync()
    expect(sizesIn(log.dir)).to.deep.equal([0])
    const again = log.open({ signers: [newSigner()] })
    expect(again.opening.repairs).to.deep.equal([{ kind: 'adopted-unsealed', firstSeq: 0, lastSeq: 1 }])
    await again.close()
    expectSealedToTheEnd(log.dir)
  })

  it('does not write to a log that was closed meanwhile', async () => {
    const signer = newSigner()
    const log = newLog()
    const journal = log.open({ signers: [signer] })
    await journal.commit()
    signer.ailment = 'hangs'
    appendAll(journal, 'a')
    const flush = rejection(journal.commit())
    await eventually(() => existsSync(log.path('seal/tile/0/000.p/1')), 'the record is durable')
    journal.closeSync()
    signer.recover()
    expect((await flush).code).to.equal('KANSA_NOT_SEALED')
    expect(sizesIn(log.dir)).to.deep.equal([0])
  })
})

describe('a signer that ails', () => {
  const newLog = useTestLogs(MEMORY)

  async function openWith(ailment: Ailment): Promise<{ log: TestLog; journal: Journal; signer: RemoteSigner }> {
    const signer = new RemoteSigner()
    const log = newLog()
    const journal = log.open({ signers: [signer] })
    await journal.commit()
    signer.ailment = ailment
    return { log, journal, signer }
  }

  for (const [ailment, words] of [
    ['fails', 'the key service is away'],
    ['lies', 'does not fit its own key'],
  ] as const) {
    it(`and ${ailment} keeps no record from being durable; flush says that it is not sealed`, async () => {
      const { log, journal, signer } = await openWith(ailment)
      appendAll(journal, 'a')
      const error = await rejection(journal.commit())
      expect(error.code).to.equal('KANSA_NOT_SEALED')
      expect(error.message).to.include(words).and.include(log.dir)
      expect(log.ids()).to.deep.equal(['a'])
      expect(journal.failure).to.equal(undefined)
      expect(journal.commitSync(), 'durable').to.equal(true)
      expect(sizesIn(log.dir)).to.deep.equal([0])
      signer.recover()
      await journal.close()
      expectSealedToTheEnd(log.dir)
    })

    it(`and ${ailment} is told once, and so is that it is over`, async () => {
      const { log, journal, signer } = await openWith(ailment)
      for (const id of ['a', 'b', 'c']) {
        appendAll(journal, id)
        await rejection(journal.commit())
      }
      expect(log.kinds()).to.deep.equal(['seal-failed'])
      expect(String(log.notice('seal-failed').error)).to.include(words)
      signer.recover()
      await journal.commit()
      await journal.commit()
      expect(log.kinds()).to.deep.equal(['seal-failed', 'seal-recovered'])
      signer.ailment = ailment
      appendAll(journal, 'd')
      await rejection(journal.commit())
      expect(log.kinds()).to.deep.equal(['seal-failed', 'seal-recovered', 'seal-failed'])
    })
  }

  it('is asked again by itself', async () => {
    const signer = new RemoteSigner('fails')
    const log = newLog()
    const journal = log.open({ signers: [signer], flushIntervalMillis: 20 })
    for (const sizes of [
      [0, 1],
      [0, 1, 2],
    ]) {
      signer.ailment = 'fails'
      appendAll(journal, 'a')
      const before = signer.requests
      await eventually(() => signer.requests > before + 2, 'several attempts')
      signer.recover()
      await eventually(() => log.sealedSizes().length === sizes.length, 'a checkpoint')
      expect(sizesIn(log.dir)).to.deep.equal(sizes)
    }
    await nextTurn()
    expect(log.kinds()).to.deep.equal(['seal-failed', 'seal-recovered', 'seal-failed', 'seal-recovered'])
  })

  it('keeps no log from being opened or closed', async () => {
    const signer = new RemoteSigner('fails')
    const log = newLog()
    const journal = log.open({ signers: [signer] })
    appendAll(journal, 'a')
    await journal.close()
    expect(log.ids()).to.deep.equal(['a'])
    expect(log.names()).to.not.include('lock')
    expect(log.kinds()).to.deep.equal(['seal-failed'])
  })

  it('throws at once: that is a failure like any other', async () => {
    const { verifier } = new RemoteSigner()
    const log = newLog()
    const sign = (): never => {
      throw new Error('no such device')
    }
    const journal = log.open({ signers: [{ verifier, sign }] })
    appendAll(journal, 'a')
    expect(journal.commitSync()).to.equal(true)
    expect((await rejection(journal.commit())).message).to.include('no such device')
    expect(log.kinds()).to.deep.equal(['seal-failed'])
  })

  it('and hangs counts as one that fails after five seconds', async () => {
    const { log, journal, signer } = await openWith('hangs')
    appendAll(journal, 'a')
    const before = signer.requests
    mock.timers.enable({ apis: ['setTimeout'] })
    try {
      const flush = rejection(journal.commit())
      while (signer.requests === before) await nextTurn()
      mock.timers.tick(5000)
      const error = await flush
      expect(error.code).to.equal('KANSA_NOT_SEALED')
      expect(error.message).to.include('did not answer within 5000 ms')
    } finally {
      mock.timers.reset()
    }
    // An answer that comes after all is nobody's; the next attempt counts.
    signer.recover()
    await journal.commit()
    expect(log.kinds()).to.deep.equal(['seal-failed', 'seal-recovered'])
    expect(sizesIn(log.dir)).to.deep.equal([0, 1])
  })

  it('lets no backup be deleted: nothing goes that no checkpoint covers', async () => {
    const signer = new RemoteSigner()
    const log = newLog()
    const journal: Journal = log.open({
      signers: [signer],
      maxFileBytes: 5 * LINE_BYTES,
      maxBackups: 1,
      onNotice: notice => {
        log.notices.push(notice)
        if (notice.kind === 'backup-deleted') journal.append(head('deleted'))
      },
    })
    await journal.commit()
    signer.ailment = 'fails'
    const ids = Array.from({ length: 20 }, (_, i) => `${i % 10}`)
    for (const id of ids) {
      appendAll(journal, id)
      await rejection(journal.commit())
    }
    expect(log.ids()).to.deep.equal(ids)
    expect(log.kinds()).to.deep.equal(['seal-failed'])
    signer.recover()
    await journal.commit()
    await journal.commit()
    expect(log.kinds()).to.include('backup-deleted')
    const [first] = log.records()
    expect(first?.seq).to.be.greaterThan(0)
    expectGapless(log.records(), first?.seq)
  })
})

/** Rejects if the promise does not. */
function rejection(promise: Promise<void>): Promise<KansaError> {
  return promise.then(
    () => Promise.reject(new Error('it did not reject')),
    (error: unknown) => (error instanceof KansaError ? error : Promise.reject(error)),
  )
}
