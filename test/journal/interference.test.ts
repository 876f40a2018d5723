import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { listCorruptFiles } from '../../src/journal/layout.ts'
import { appendAll, eventually, expectGapless, head, nextTurn, recordsOf, useTestLogs } from './support/test-logs.ts'

describe('what others do to the open log', function () {
  this.timeout(30_000)
  const newLog = useTestLogs()

  it('removing the active file loses nothing: its content is restored', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a', 'b')
    await journal.commit()
    rmSync(log.path('audit.jsonl'))
    appendAll(journal, 'c')
    await nextTurn()
    appendAll(journal, 'd')
    await journal.commit()
    expect(log.ids()).to.deep.equal(['a', 'b', 'c', 'd'])
    expect(log.notice('file-removed').restoredBytes).to.equal(4 * 19)
    expect(statSync(log.path('audit.jsonl')).mode & 0o777).to.equal(0o600)
    expectGapless(log.records())
  })

  it('is noticed on the write path within about a second, without a commit', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    await nextTurn()
    rmSync(log.path('audit.jsonl'))
    let count = 0
    await eventually(() => {
      journal.append(head(`${count++}`))
      return existsSync(log.path('audit.jsonl'))
    }, 'the file is restored')
    await nextTurn()
    expect(log.kinds()).to.deep.equal(['file-removed'])
    await journal.close()
    expectGapless(log.records())
    expect(log.records()).to.have.length(count + 1)
  })

  it('renaming the active file is followed by a new file with its first lines', async () => {
    const log = newLog()
    const journal = log.open({ firstLines: () => [head('first')] })
    appendAll(journal, 'a')
    await journal.commit()
    renameSync(log.path('audit.jsonl'), join(log.parent, 'moved.jsonl'))
    appendAll(journal, 'b')
    await journal.commit()
    appendAll(journal, 'c')
    await journal.commit()
    const records = recordsOf([join(log.parent, 'moved.jsonl'), log.path('audit.jsonl')])
    expect(records.map(record => record.id)).to.deep.equal(['a', 'b', 'first', 'c'])
    expectGapless(records)
    if (existsSync('/proc/self/fd')) expect(log.notice('file-renamed').to).to.equal(join(log.parent, 'moved.jsonl'))
  })

  it('rotating it from outside, with a new empty file in its place, keeps the order', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    await journal.commit()
    renameSync(log.path('audit.jsonl'), log.path('audit.jsonl.1'))
    writeFileSync(log.path('audit.jsonl'), '')
    appendAll(journal, 'b')
    await journal.commit()
    appendAll(journal, 'c')
    await journal.close()
    expect(log.ids()).to.deep.equal(['a', 'b', 'c'])
    expectGapless(log.records())
    expect(listCorruptFiles(log.dir)).to.deep.equal([])
  })

  it('truncating it (copytruncate) leaves no hole, and what is lost is said', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a', 'b')
    await journal.commit()
    copyFileSync(log.path('audit.jsonl'), join(log.parent, 'copy.jsonl'))
    truncateSync(log.path('audit.jsonl'))
    appendAll(journal, 'c')
    await journal.commit()
    expect(log.text('audit.jsonl')).to.equal('{"id":"c","seq":2}\n')
    expect(log.notice('file-truncated').lostBytes).to.equal(2 * 19)
    await journal.close()
    expect(log.open().opening.nextSeq).to.equal(3)
  })

  it('truncating it in the middle of a line glues nothing to the half', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a', 'b')
    await journal.commit()
    truncateSync(log.path('audit.jsonl'), 25)
    await journal.commit()
    appendAll(journal, 'c')
    await journal.commit()
    expect(log.ids()).to.deep.equal(['a', 'c'])
    expect(listCorruptFiles(log.dir).map(file => readFileSync(file, 'utf8'))).to.deep.equal(['{"id":'])
  })

  it('writing to it is said, and half a line of theirs is set aside', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    await journal.commit()
    appendFileSync(log.path('audit.jsonl'), '{"id":"theirs"}\n{"half')
    await journal.commit()
    appendAll(journal, 'b')
    await journal.commit()
    expect(log.ids()).to.deep.equal(['a', 'theirs', 'b'])
    const { bytes, setAside } = log.notice('foreign-bytes')
    expect(bytes).to.equal(22)
    expect(readFileSync(`${setAside}`, 'utf8')).to.equal('{"half')
  })

  it('replacing it by a link is not followed', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    await journal.commit()
    const victim = join(log.parent, 'victim')
    writeFileSync(victim, 'untouched')
    rmSync(log.path('audit.jsonl'))
    symlinkSync(victim, log.path('audit.jsonl'))
    appendAll(journal, 'b')
    await journal.commit()
    appendAll(journal, 'c')
    await journal.commit()
    expect(readFileSync(victim, 'utf8')).to.equal('untouched')
    expect(log.ids()).to.deep.equal(['a', 'b', 'c'])
    expect(statSync(log.path('audit.jsonl')).isFile()).to.equal(true)
    expect(readlinkSync(`${log.notice('file-replaced').setAside}`)).to.equal(victim)
  })

  it('editing it in place of the original (sed -i) restores the original and keeps the edited one aside', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a', 'b')
    await journal.commit()
    writeFileSync(log.path('edited'), '{"id":"forged","seq":0}\n')
    renameSync(log.path('edited'), log.path('audit.jsonl'))
    appendAll(journal, 'c')
    await journal.commit()
    expect(log.ids()).to.deep.equal(['a', 'b', 'c'])
    expect(readFileSync(`${log.notice('file-replaced').setAside}`, 'utf8')).to.include('forged')
  })

  it('removing a file that has a second name elsewhere restores it too', async function () {
    if (process.platform !== 'linux') {
      console.log('needs /proc to tell a second name from a new one')
      this.skip()
    }
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    await journal.commit()
    linkSync(log.path('audit.jsonl'), join(log.parent, 'snapshot.jsonl'))
    rmSync(log.path('audit.jsonl'))
    appendAll(journal, 'b')
    await journal.commit()
    expect(log.ids()).to.deep.equal(['a', 'b'])
  })

  it('removing the folder restores it with everything that is needed to go on', async () => {
    const log = newLog()
    const journal = log.open({ origin: 'example.com/a' })
    appendAll(journal, 'a')
    await journal.commit()
    rmSync(log.dir, { recursive: true })
    appendAll(journal, 'b')
    await journal.commit()
    expect(log.ids()).to.deep.equal(['a', 'b'])
    expect(statSync(log.dir).mode & 0o777).to.equal(0o700)
    expect(log.names()).to.deep.equal(['.gitignore', 'audit.jsonl', 'keys', 'lock', 'seal'])
    expect(log.text('seal/format')).to.include('example.com/a')
    expect(log.kinds()).to.include.members(['folder-recreated', 'file-removed'])
    await journal.close()
    expect(log.names()).to.not.include('lock')
  })

  it('renaming the folder is followed by a new folder', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    await journal.commit()
    renameSync(log.dir, join(log.parent, 'away'))
    appendAll(journal, 'b')
    await journal.commit()
    appendAll(journal, 'c')
    await journal.close()
    const records = recordsOf([join(log.parent, 'away', 'audit.jsonl'), log.path('audit.jsonl')])
    expect(records.map(record => record.id)).to.deep.equal(['a', 'b', 'c'])
    expectGapless(records)
  })

  it('replacing the folder by a link: nothing is written there, lines wait until the link is gone', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    await journal.commit()
    mkdirSync(join(log.parent, 'elsewhere'))
    rmSync(log.dir, { recursive: true })
    symlinkSync(join(log.parent, 'elsewhere'), log.dir)
    appendAll(journal, 'b')
    const failure = await journal.commit().catch((error: unknown) => error)
    expect(String(failure)).to.include('symbolic link')
    expect(existsSync(join(log.parent, 'elsewhere', 'audit.jsonl'))).to.equal(false)
    rmSync(log.dir)
    await journal.commit()
    expect(log.ids()).to.deep.equal(['a', 'b'])
    expect(log.kinds()).to.include.members(['write-failed', 'write-resumed', 'file-removed'])
  })

  it('closing the journal’s descriptor from foreign code loses nothing', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    await journal.commit()
    const fd = descriptorOf(log.path('audit.jsonl'))
    if (fd === undefined) return
    closeSync(fd)
    // The number becomes another file: nothing of ours may land there.
    const stolen = openSync(join(log.parent, 'other'), 'a')
    expect(stolen).to.equal(fd)
    await journal.commit()
    appendAll(journal, 'b')
    await journal.commit()
    expect(log.ids()).to.deep.equal(['a', 'b'])
    expect(readFileSync(join(log.parent, 'other'), 'utf8')).to.equal('')
    expect(log.kinds()).to.include('descriptor-lost')
    closeSync(stolen)
  })

  it('deleting the lock sets it up again; another process that took it is reported', async () => {
    const log = newLog()
    const journal = log.open()
    const lock = log.text('lock')
    rmSync(log.path('lock'))
    await journal.commit()
    expect(log.text('lock')).to.equal(lock)
    rmSync(log.path('lock'))
    writeFileSync(log.path('lock'), 'theirs')
    await journal.commit()
    await journal.commit()
    expect(log.kinds()).to.deep.equal(['lock-lost'])
  })

  it('removing it just before a rotation loses nothing', async () => {
    const log = newLog()
    const journal = log.open({ maxFileBytes: 2 * 19 })
    appendAll(journal, '0', '1')
    await journal.commit()
    rmSync(log.path('audit.jsonl'))
    appendAll(journal, '2', '3', '4')
    await journal.commit()
    expect(log.ids()).to.deep.equal(['0', '1', '2', '3', '4'])
  })
})

/** The number under which this process has the file open. */
function descriptorOf(path: string): number | undefined {
  for (let fd = 3; fd < 200; fd++) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`) === path) return fd
    } catch {
      // Not open.
    }
  }
  console.log('no /proc here: the descriptor cannot be found')
  return undefined
}
