import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { KansaError } from '../../src/errors.ts'
import { plantSealedThrough } from './support/planted-seal.ts'
import { appendAll, expectGapless, head, nextTurn, TestLog, useTestLogs } from './support/test-logs.ts'

describe('appending to the journal', () => {
  const newLog = useTestLogs()

  it('numbers lines from 0 and closes each with its seq and a line break', async () => {
    const log = newLog()
    const journal = log.open()
    expect(appendAll(journal, 'a', 'b', 'c')).to.deep.equal([0, 1, 2])
    await journal.commit()
    expect(log.text('audit.jsonl')).to.equal('{"id":"a","seq":0}\n{"id":"b","seq":1}\n{"id":"c","seq":2}\n')
  })

  it('hands every line of a turn to the kernel by the end of the turn', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a', 'b')
    expect(log.text('audit.jsonl')).to.equal('')
    expect(journal.writtenThrough).to.equal(-1)
    await nextTurn()
    expect(log.ids()).to.deep.equal(['a', 'b'])
    expect(journal.writtenThrough).to.equal(1)
  })

  it('writes before the end of the turn when the buffer is full, and loses nothing of a burst of 100,000', async () => {
    const log = newLog()
    const journal = log.open()
    for (let i = 0; i < 100_000; i++) journal.append(head(`${i}`))
    expect(log.size('audit.jsonl')).to.be.greaterThan(2_000_000)
    await journal.commit()
    const records = log.records()
    expect(records).to.have.length(100_000)
    expectGapless(records)
    expect(records.every((record, index) => record.id === `${index}`)).to.equal(true)
  })

  it('resolves whenWritten when the bytes are in the file, for lines of this process and of earlier ones', async () => {
    const log = newLog()
    const first = log.open()
    appendAll(first, 'a')
    await first.close()
    const journal = log.open()
    expect(journal.writtenThrough).to.equal(0)
    await journal.whenWritten(0)
    const seq = journal.append(head('b'))
    const twice = [journal.whenWritten(seq), journal.whenWritten(seq)]
    await Promise.all(twice)
    expect(log.ids()).to.deep.equal(['a', 'b'])
  })

  it('keeps the exact bytes of lines of any size and content', async function () {
    this.timeout(60_000)
    // Sizes around the 64 KiB buffer, one- to four-byte characters, lone surrogates.
    const size = fc.oneof(
      fc.nat(300),
      fc.integer({ min: 21_000, max: 22_500 }),
      fc.integer({ min: 65_000, max: 66_000 }),
    )
    const part = fc.tuple(fc.constantFrom('x', 'é', '監', '😀', '\ud800', '"', '\n'), size)
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), async parts => {
        const log = new TestLog()
        try {
          const journal = log.open()
          const heads = parts.map(([text, count]) => head('x', { text: text.repeat(count) }))
          for (const one of heads) journal.append(one)
          await journal.commit()
          const expected = heads.map((one, seq) => `${one},"seq":${seq}}\n`).join('')
          expect(readFileSync(log.path('audit.jsonl')).equals(Buffer.from(expected))).to.equal(true)
        } finally {
          log.remove()
        }
      }),
      { numRuns: 60 },
    )
  })

  it('writes seq correctly around every power of ten', async () => {
    const log = newLog()
    for (const last of [8, 98, 999_998, 4_294_967_294, 999_999_999_998]) {
      const { dir } = newLog()
      const signers = plantSealedThrough(dir, `{"id":"old","seq":${last}}`, last)
      const again = log.open({ dir, signers })
      expect(again.opening.repairs).to.deep.equal([])
      expect(appendAll(again, 'a', 'b')).to.deep.equal([last + 1, last + 2])
      await again.close()
      expectGapless(log.records(dir), last)
    }
  })

  it('refuses lines after close, and rejects nobody whose line was written', async () => {
    const log = newLog()
    const journal = log.open()
    const seq = journal.append(head('a'))
    const written = journal.whenWritten(seq)
    await journal.close()
    await written
    expect(journal.append(head('late'))).to.equal(-1)
    expect(journal.refused).to.equal(1)
    expect(log.ids()).to.deep.equal(['a'])
    const rejection = await journal.whenWritten(99).catch((error: unknown) => error)
    expect(rejection).to.be.instanceOf(KansaError).with.property('code', 'KANSA_CLOSED')
  })

  it('survives a listener that throws and one that appends', async () => {
    const log = newLog()
    const journal = log.open({
      maxFileBytes: 60,
      maxBackups: 0,
      onNotice: notice => {
        log.notices.push(notice)
        if (log.kinds().length < 3 && notice.kind !== 'checkpoint') journal.append(head(`about ${notice.kind}`))
        throw new Error('broken listener')
      },
    })
    appendAll(journal, 'a', 'b', 'c', 'd')
    await journal.commit()
    await journal.commit()
    expect(log.kinds()).to.include('backup-deleted')
    expect(log.ids()).to.include('about backup-deleted')
  })
})
