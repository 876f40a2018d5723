import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { listCorruptFiles } from '../../src/journal/layout.ts'
import { appendAll, expectGapless, head, type TestLog, useTestLogs } from './support/test-logs.ts'

const RECORDS = ['first', 'second', 'größer', '監査 😀'].map((id, seq) => `${head(id)},"seq":${seq}}\n`)
const WHOLE = Buffer.from(RECORDS.join(''))
/** Where each record ends. */
const ENDS = RECORDS.map((_, index) => Buffer.byteLength(RECORDS.slice(0, index + 1).join('')))

describe('a tail that a crash left behind', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()

  function logWith(content: Buffer | string): TestLog {
    const log = newLog()
    mkdirSync(log.dir)
    writeFileSync(log.path('audit.jsonl'), content)
    return log
  }

  /** Opens, checks that exactly the complete records remained, and that the next one is whole. */
  async function expectRecovered(log: TestLog, complete: number, setAside: Buffer): Promise<void> {
    const journal = log.open()
    expect(journal.opening.nextSeq).to.equal(complete)
    const aside = Buffer.concat(listCorruptFiles(log.dir).map(file => readFileSync(file)))
    expect(aside.equals(setAside)).to.equal(true)
    expect(journal.opening.repairs.map(repair => repair.bytes)).to.deep.equal(
      setAside.length === 0 ? [] : [setAside.length],
    )
    appendAll(journal, 'next')
    await journal.close()
    const records = log.records()
    expect(records).to.have.length(complete + 1)
    expect(records.at(-1)).to.include({ id: 'next', seq: complete })
    expectGapless(records)
  }

  it('is set aside wherever in the last two records it was cut, also inside a character', async () => {
    for (let length = ENDS[1] ?? 0; length <= WHOLE.length; length++) {
      const log = logWith(WHOLE.subarray(0, length))
      const complete = ENDS.filter(end => end <= length).length
      await expectRecovered(log, complete, WHOLE.subarray(ENDS[complete - 1] ?? 0, length))
      log.remove()
    }
  })

  it('is set aside when it is cut inside the very first record', async () => {
    for (let length = 1; length < (ENDS[0] ?? 0); length += 5) {
      await expectRecovered(logWith(WHOLE.subarray(0, length)), 0, WHOLE.subarray(0, length))
    }
  })

  for (const count of [1, 11, 4096, 200_000]) {
    it(`is set aside when it consists of ${count} NUL bytes, and named as such`, async () => {
      const log = logWith(Buffer.concat([WHOLE, Buffer.alloc(count)]))
      await expectRecovered(log, 4, Buffer.alloc(count))
      log.remove()
      const named = logWith(Buffer.concat([WHOLE, Buffer.alloc(count)]))
      expect(named.open().opening.repairs[0]?.kind).to.equal('nul-bytes')
    })
  }

  it('is set aside when NULs follow half a record', async () => {
    const tail = Buffer.concat([Buffer.from('{"id":"ha'), Buffer.alloc(500)])
    await expectRecovered(logWith(Buffer.concat([WHOLE, tail])), 4, tail)
  })

  it('is set aside when it is random, with line breaks in it or at its end', async () => {
    for (let round = 0; round < 20; round++) {
      // A quote first: random bytes must not happen to be a record.
      const tail = Buffer.concat([Buffer.from('"'), randomBytes(round * 50 + 1), Buffer.from(round % 2 ? '\n' : '')])
      await expectRecovered(logWith(Buffer.concat([WHOLE, tail])), 4, tail)
    }
  })

  for (const garbage of [
    '\n',
    '\n\n\n',
    '{"id":"cut"\n',
    'null\n',
    '[]\n',
    '"text"\n',
    '7\n',
    '{}}\n'.repeat(30_000),
  ]) {
    it(`is set aside when it is ${JSON.stringify(garbage.slice(0, 12))}, ${garbage.length} bytes`, async () => {
      await expectRecovered(logWith(WHOLE.toString() + garbage), 4, Buffer.from(garbage))
    })
  }

  it('is set aside when the whole file is garbage', async () => {
    const garbage = Buffer.concat([Buffer.from('!'), randomBytes(300_000)])
    await expectRecovered(logWith(garbage), 0, garbage)
  })

  it('is kept privately, and several of them do not overwrite each other', async () => {
    const log = logWith(WHOLE)
    for (const half of ['{"a', '{"b', '{"c']) {
      appendFileSync(log.path('audit.jsonl'), half)
      await log.open().close()
    }
    const files = listCorruptFiles(log.dir)
    expect(files.map(file => readFileSync(file, 'utf8')).toSorted()).to.deep.equal(['{"a', '{"b', '{"c'])
    for (const file of files) expect(statSync(file).mode & 0o777).to.equal(0o600)
  })

  it('is also repaired in backups, after a power failure between rotation and sync', async () => {
    const log = newLog()
    const journal = log.open({ maxFileBytes: 60 })
    appendAll(journal, 'aaaa', 'bbbb', 'cccc', 'dddd', 'eeee', 'ffff')
    await journal.close()
    for (const suffix of [1, 2]) {
      const path = log.path(`audit.jsonl.${suffix}`)
      truncateSync(path, statSync(path).size - 5)
    }
    truncateSync(log.path('audit.jsonl'), 0)
    const again = log.open()
    expect(again.opening.nextSeq).to.equal(3)
    expect(again.opening.repairs.map(repair => repair.kind)).to.deep.equal(['torn-line', 'torn-line'])
    appendAll(again, 'next')
    await again.close()
    expect(log.ids()).to.deep.equal(['aaaa', 'cccc', 'next'])
  })

  it('becomes a backup as it is when the disk has no room to set it aside', async function () {
    const { canMount, withTmpfs } = await import('../faults/support/tmpfs.ts')
    if (!canMount()) this.skip()
    const log = logWith('')
    await withTmpfs(
      'size=64k',
      async folder => {
        const dir = `${folder}/audit`
        const journal = log.open({ dir })
        appendAll(journal, 'a', 'b')
        await journal.close()
        // Room for lock and names, none for a copy of the tail.
        appendFileSync(`${dir}/audit.jsonl`, '{"id":"torn'.padEnd(38_000, 'x'))
        const again = log.open({ dir })
        expect(again.opening.repairs[0]?.kind).to.equal('unmovable-tail')
        expect(again.opening.nextSeq).to.equal(2)
        appendAll(again, 'c')
        await again.close()
        expect(readFileSync(`${dir}/audit.jsonl`, 'utf8')).to.equal('{"id":"c","seq":2}\n')
        expect(
          readFileSync(`${dir}/audit.jsonl.1`, 'utf8').startsWith(
            '{"id":"a","seq":0}\n{"id":"b","seq":1}\n{"id":"torn',
          ),
        ).to.equal(true)
      },
      log,
    )
  })
})
