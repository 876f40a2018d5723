import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync, statfsSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { listCorruptFiles } from '../../src/journal/layout.ts'
import { appendAll, asAfterKill, expectGapless, head, MEMORY, type TestLog, useTestLogs } from './support/test-logs.ts'

const IDS = ['first', 'second', 'größer', '監査 😀']
const RECORDS = IDS.map((id, seq) => `${head(id)},"seq":${seq}}\n`)
const WHOLE = Buffer.from(RECORDS.join(''))
/** Where each record ends. */
const ENDS = RECORDS.map((_, index) => Buffer.byteLength(RECORDS.slice(0, index + 1).join('')))

describe('a tail that a crash left behind', function () {
  this.timeout(60_000)
  const newLog = useTestLogs(MEMORY)

  /** The four records, and whatever comes after them: they are sealed, that is not. */
  async function sealedLog(tail: Buffer | string): Promise<TestLog> {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, ...IDS)
    await journal.close()
    expect(readFileSync(log.path('audit.jsonl')).equals(WHOLE)).to.equal(true)
    appendFileSync(log.path('audit.jsonl'), tail)
    return log
  }

  /** A killed process’s log of the four records, of which only the first `sealed` are. */
  async function killedLog(sealed: number): Promise<TestLog> {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, ...IDS.slice(0, sealed))
    await journal.commit()
    appendAll(journal, ...IDS.slice(sealed))
    journal.writeNow()
    return asAfterKill(log, newLog())
  }

  function unsealedLog(content: Buffer): TestLog {
    const log = newLog()
    mkdirSync(log.dir)
    writeFileSync(log.path('audit.jsonl'), content)
    return log
  }

  /** Opens, checks that exactly the complete records remained, and that the next one is whole. */
  async function expectRecovered(log: TestLog, complete: number, setAside: Buffer, sealed = complete): Promise<void> {
    const journal = log.open()
    expect(journal.opening.nextSeq).to.equal(complete)
    const [aside, ...others] = listCorruptFiles(log.dir).map(file => ({ file, bytes: readFileSync(file) }))
    expect(others).to.deep.equal([])
    expect(aside?.bytes.equals(setAside) ?? setAside.length === 0).to.equal(true)
    const { repairs } = journal.opening
    const tails = repairs.flatMap(repair => ('bytes' in repair ? [{ file: repair.file, bytes: repair.bytes }] : []))
    expect(tails).to.deep.equal(aside === undefined ? [] : [{ file: aside.file, bytes: setAside.length }])
    const adopted = { kind: 'adopted-unsealed', firstSeq: sealed, lastSeq: complete - 1 }
    expect(repairs.slice(tails.length)).to.deep.equal(complete > sealed ? [adopted] : [])
    appendAll(journal, 'next')
    await journal.close()
    const records = log.records()
    expect(records).to.have.length(complete + 1)
    expect(records.at(-1)).to.include({ id: 'next', seq: complete })
    expectGapless(records)
  }

  it('is set aside wherever in the last two records it was cut, also inside a character', async () => {
    const killed = await killedLog(2)
    for (let length = ENDS[1] ?? 0; length <= WHOLE.length; length++) {
      const log = asAfterKill(killed, newLog())
      truncateSync(log.path('audit.jsonl'), length)
      const complete = ENDS.filter(end => end <= length).length
      await expectRecovered(log, complete, WHOLE.subarray(ENDS[complete - 1] ?? 0, length), 2)
      log.remove()
    }
  })

  it('is set aside when it is cut inside the very first record', async () => {
    const killed = await killedLog(0)
    for (let length = 1; length < (ENDS[0] ?? 0); length += 5) {
      const log = asAfterKill(killed, newLog())
      truncateSync(log.path('audit.jsonl'), length)
      await expectRecovered(log, 0, WHOLE.subarray(0, length))
    }
  })

  for (const count of [1, 11, 4096, 200_000]) {
    it(`is set aside when it consists of ${count} NUL bytes, and named as such`, async () => {
      const log = await sealedLog(Buffer.alloc(count))
      const named = asAfterKill(log, newLog())
      await expectRecovered(log, 4, Buffer.alloc(count))
      expect(named.open().opening.repairs[0]?.kind).to.equal('nul-bytes')
    })
  }

  it('is set aside when NULs follow half a record', async () => {
    const tail = Buffer.concat([Buffer.from('{"id":"ha'), Buffer.alloc(500)])
    await expectRecovered(await sealedLog(tail), 4, tail)
  })

  it('is set aside when it is random, with line breaks in it or at its end', async () => {
    for (let round = 0; round < 20; round++) {
      // A quote first: random bytes must not happen to be a record.
      const tail = Buffer.concat([Buffer.from('"'), randomBytes(round * 50 + 1), Buffer.from(round % 2 ? '\n' : '')])
      await expectRecovered(await sealedLog(tail), 4, tail)
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
      await expectRecovered(await sealedLog(garbage), 4, Buffer.from(garbage))
    })
  }

  it('is set aside when the whole file is garbage', async () => {
    const garbage = Buffer.concat([Buffer.from('!'), randomBytes(300_000)])
    await expectRecovered(unsealedLog(garbage), 0, garbage)
  })

  it('is kept privately, and several of them do not overwrite each other', async () => {
    const log = await sealedLog('')
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
    appendAll(journal, 'aaaa', 'bbbb', 'cccc', 'dddd')
    await journal.commit()
    appendAll(journal, 'eeee', 'ffff', 'gggg')
    journal.writeNow()
    const broken = asAfterKill(log, newLog())
    const [backup, active] = [broken.path('audit.jsonl.1'), broken.path('audit.jsonl')]
    truncateSync(backup, statSync(backup).size - 5)
    truncateSync(active, statSync(active).size - 5)
    const again = broken.open()
    expect(again.opening.nextSeq).to.equal(5)
    const kinds = again.opening.repairs.map(repair => repair.kind)
    expect(kinds).to.deep.equal(['torn-line', 'torn-line', 'adopted-unsealed'])
    appendAll(again, 'next')
    await again.close()
    expect(broken.ids()).to.deep.equal(['aaaa', 'bbbb', 'cccc', 'dddd', 'eeee', 'next'])
    expectGapless(broken.records())
  })

  it('becomes a backup as it is when the disk has no room to set it aside', async function () {
    const { canMount, withTmpfs } = await import('../faults/support/tmpfs.ts')
    if (!canMount()) this.skip()
    const log = newLog()
    await withTmpfs(
      'size=256k',
      async folder => {
        const dir = `${folder}/audit`
        const journal = log.open({ dir })
        appendAll(journal, 'a', 'b')
        await journal.close()
        const { bavail, bsize } = statfsSync(dir)
        // Room for what a start writes, none for a copy of the tail.
        appendFileSync(`${dir}/audit.jsonl`, '{"id":"torn'.padEnd(bavail * bsize * 0.6, 'x'))
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
