import { appendFileSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import type { Repair } from '../../../src/journal/journal.ts'
import { listCorruptFiles } from '../../../src/journal/layout.ts'
import { checkpointsIn, expectSealedToTheEnd, sizesIn } from '../support/stored-seal.ts'
import { appendAll, MEMORY, type TestLog, useTestLogs } from '../support/test-logs.ts'

describe('checkpoints that a crash left unfinished', () => {
  const newLog = useTestLogs(MEMORY)
  let log: TestLog
  /** `seal/checkpoint` when two and when three records were sealed. */
  let older: string
  let newest: string

  beforeEach(async () => {
    log = newLog()
    const journal = log.open()
    appendAll(journal, 'a', 'b')
    await journal.commit()
    older = log.text('seal/checkpoint')
    appendAll(journal, 'c')
    await journal.close()
    newest = log.text('seal/checkpoint')
  })

  /** Opens, appends and closes; afterwards everything is in order, and the checkpoints are these. */
  async function expectMended(sizes: readonly number[]): Promise<readonly Repair[]> {
    const journal = log.open()
    expect(journal.opening.nextSeq).to.equal(3)
    expect(log.text('seal/checkpoint')).to.equal(newest)
    appendAll(journal, 'd')
    await journal.close()
    expect(sizesIn(log.dir)).to.deep.equal(sizes)
    return journal.opening.repairs
  }

  it('in the history, but not in seal/checkpoint yet: it is put there', async () => {
    writeFileSync(log.path('seal/checkpoint'), older)
    expect(await expectMended([0, 2, 3, 4])).to.deep.equal([{ kind: 'checkpoint-restored', size: 3 }])
    expectSealedToTheEnd(log.dir)
  })

  it('with seal/checkpoint gone: it is restored from the history', async () => {
    rmSync(log.path('seal/checkpoint'))
    expect(await expectMended([0, 2, 3, 4])).to.deep.equal([{ kind: 'checkpoint-restored', size: 3 }])
    expectSealedToTheEnd(log.dir)
  })

  it('with the last one of the history torn, wherever: the rest of it is set aside', async () => {
    const history = readFileSync(log.path('seal/checkpoints'))
    const next = Buffer.from(newest.replace('\n3\n', '\n4\n'))
    for (const length of [1, 20, next.indexOf('\n\n') + 2, next.length - 1, next.length]) {
      writeFileSync(log.path('seal/checkpoints'), Buffer.concat([history, next.subarray(0, length)]))
      const journal = log.open()
      const [file = ''] = listCorruptFiles(log.dir)
      expect(journal.opening.repairs).to.deep.equal([{ kind: 'torn-checkpoint', file, bytes: length }])
      expect(readFileSync(file).equals(next.subarray(0, length)), `${length}`).to.equal(true)
      await journal.close()
      expect(readFileSync(log.path('seal/checkpoints')).equals(history)).to.equal(true)
      rmSync(file)
    }
    await expectMended([0, 2, 3, 4])
    expectSealedToTheEnd(log.dir)
  })

  it('with NUL bytes behind the history, as after a power failure: they are set aside', async () => {
    appendFileSync(log.path('seal/checkpoints'), Buffer.alloc(300))
    const [repair, ...others] = await expectMended([0, 2, 3, 4])
    expect(others).to.deep.equal([])
    expect(repair).to.include({ kind: 'torn-checkpoint', bytes: 300 })
    expectSealedToTheEnd(log.dir)
  })

  it('with the history behind seal/checkpoint: the newest one is added, what is missing between stays missing', async () => {
    const [first, , last] = checkpointsIn(log.dir)
    writeFileSync(log.path('seal/checkpoints'), `${first?.note}\n`)
    expect(await expectMended([0, 3, 4])).to.deep.equal([{ kind: 'checkpoint-restored', size: 3 }])
    expect(checkpointsIn(log.dir)[1]).to.deep.equal(last)
  })

  it('with the history gone: it begins with the newest one, which shows', async () => {
    rmSync(log.path('seal/checkpoints'))
    expect(await expectMended([3, 4])).to.deep.equal([{ kind: 'checkpoint-restored', size: 3 }])
  })

  it('with seal/checkpoint damaged: that of the history counts', async () => {
    writeFileSync(log.path('seal/checkpoint'), newest.slice(0, 50))
    expect(await expectMended([0, 2, 3, 4])).to.deep.equal([{ kind: 'checkpoint-restored', size: 3 }])
    expectSealedToTheEnd(log.dir)
  })

  it('with both restored from an old copy: the lines since are adopted, no checkpoint is forged', async () => {
    const old = mkdtempSync(`${log.parent}/old-`)
    const [first, second] = checkpointsIn(log.dir)
    writeFileSync(`${old}/checkpoints`, `${first?.note}\n${second?.note}\n`)
    copyFileSync(`${old}/checkpoints`, log.path('seal/checkpoints'))
    writeFileSync(log.path('seal/checkpoint'), older)
    const journal = log.open()
    expect(journal.opening.repairs).to.deep.equal([{ kind: 'adopted-unsealed', firstSeq: 2, lastSeq: 2 }])
    await journal.close()
    expect(sizesIn(log.dir)).to.deep.equal([0, 2, 3])
  })

  it('with temporary files beside them: those are removed', async () => {
    for (const name of ['checkpoint.tmp-1', 'kansa.vkey.tmp-2', 'format.tmp-3']) {
      writeFileSync(log.path(`seal/${name}`), 'half')
    }
    expect(await expectMended([0, 2, 3, 4])).to.deep.equal([])
    expect(readdirSync(log.path('seal')).toSorted()).to.deep.equal([
      'checkpoint',
      'checkpoints',
      'format',
      'kansa.vkey',
      'tile',
    ])
  })
})
