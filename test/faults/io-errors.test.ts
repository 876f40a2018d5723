import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { listLogFiles } from '../../src/journal/layout.ts'
import { eventually, type TestLog, useTestLogs } from '../journal/support/test-logs.ts'
import { canTrace, strace } from './support/strace.ts'
import { canMount, withTmpfs } from './support/tmpfs.ts'
import { expectIntact, type WriterPlan, WriterProcess } from './support/writer-process.ts'

const PLAN = { lines: 14, lineBytes: 60, linesPerTurn: 2, commitEvery: 4 } as const
const ALL_LINES = Array.from({ length: PLAN.lines }, (_, line) => `line-${line}`)

describe('a disk that answers with errors', function () {
  this.timeout(120_000)
  const newLog = useTestLogs()
  beforeEach(function () {
    if (!canTrace()) this.skip()
  })

  /** Runs the program under a fault on the active file, to its end. */
  async function runWith(
    fault: string,
    options: WriterPlan['options'] = {},
  ): Promise<{ log: TestLog; writer: WriterProcess }> {
    const log = newLog()
    const writer = new WriterProcess({ ...PLAN, dir: log.dir, options }, strace(fault, [log.path('audit.jsonl')]))
    expect(await writer.end(), writer.output + writer.errors).to.equal(true)
    return { log, writer }
  }

  for (const error of ['EIO', 'EROFS', 'ENOSPC', 'EAGAIN', 'EBADF']) {
    for (const when of ['3', '2..5']) {
      it(`writes nothing twice and loses nothing when writes fail with ${error} (number ${when})`, async () => {
        const { log, writer } = await runWith(`write:error=${error}:when=${when}`)
        expect(writer.kinds).to.deep.equal(['write-failed', 'write-resumed'])
        expect(writer.lines).to.include('durable all').and.include('refused 0')
        const records = await expectIntact(log.dir, ALL_LINES, 0)
        expect(records.map(record => record.id)).to.deep.equal(ALL_LINES)
      })
    }
  }

  it('forever keeps what was promised, says that nothing is durable, and what is lost at the end', async () => {
    const { log, writer } = await runWith('write:error=EIO:when=3+')
    expect(writer.kinds).to.deep.equal(['write-failed', 'lost'])
    expect(writer.said('not-durable').at(-1)).to.include('EIO')
    const records = await expectIntact(log.dir, writer.written, 0)
    expect(writer.notices.at(-1)?.['count']).to.equal(PLAN.lines - records.length)
  })

  /** The same, with the calls that the fault is followed by: those after `failed`, which is taken from the trace. */
  async function traceAfter(
    fault: string,
    calls: string,
    failed: RegExp,
  ): Promise<{ writer: WriterProcess; after: string }> {
    const log = newLog()
    const trace = join(log.parent, 'trace')
    const wrapper = ['strace', '-f', '-qq', '-o', trace, '-P', log.path('audit.jsonl')]
    wrapper.push('-e', `trace=${calls}`, '-e', `inject=${fault}`)
    const writer = new WriterProcess({ ...PLAN, dir: log.dir }, wrapper)
    expect(await writer.end()).to.equal(true)
    await expectIntact(log.dir, ALL_LINES, 0)
    const text = readFileSync(trace, 'utf8')
    const found = failed.exec(text)
    if (found === null) throw new Error(`the fault did not happen:\n${text}`)
    return { writer, after: text.slice(found.index + found[0].length) }
  }

  it('on a write: the next attempt is made through a fresh descriptor', async () => {
    const { after } = await traceAfter('write:error=EIO:when=2', 'write,openat', /write\([^\n]*EIO[^\n]*\n/)
    expect(after).to.match(
      /^[^\n]*openat\([^\n]*O_RDWR\|O_APPEND[^\n]*= (\d+)\n(?:[^\n]*openat[^\n]*\n)*[^\n]*write\(\1,/,
    )
  })

  it('on a sync: the bytes are written again in their place, and synced through another descriptor', async () => {
    const failed = /fdatasync\((\d+)[^\n]*EIO[^\n]*\n/
    const { writer, after } = await traceAfter('fdatasync:error=EIO:when=2', 'fdatasync,pwrite64,openat', failed)
    expect(writer.kinds).to.deep.equal(['sync-repaired'])
    expect(after).to.match(/^[^\n]*openat\([^\n]*= (\d+)\n[^\n]*pwrite64\(\1,[^\n]*\n[^\n]*fdatasync\(\1\)/)
  })

  it('on a sync and on its repair: rejects once, then everything is durable', async () => {
    const { log, writer } = await runWith('fdatasync:error=EIO:when=2..3')
    expect(writer.kinds).to.deep.equal(['commit-failed', 'commit-recovered'])
    expect(writer.said('not-durable')).to.have.length(1)
    expect(writer.lines).to.include('durable all')
    await expectIntact(log.dir, ALL_LINES, 0)
  })

  it('on every sync: nothing is called durable, everything is written', async () => {
    const { log, writer } = await runWith('fdatasync:error=EIO')
    expect(writer.said('durable')).to.deep.equal([])
    expect(writer.kinds).to.deep.equal(['commit-failed'])
    await expectIntact(log.dir, ALL_LINES, 0)
  })

  it('on a sync of a rotated file: it is repaired there', async () => {
    const { log, writer } = await runWith('fdatasync:error=EIO:when=1..2', { maxFileBytes: 400 })
    expect(writer.lines).to.include('durable all')
    await expectIntact(log.dir, ALL_LINES, 0)
  })

  const once: { calls: string; names?: string[]; count: number }[] = [
    { calls: 'rename', count: 12 },
    { calls: 'openat', names: ['audit.jsonl.new'], count: 4 },
    { calls: 'fsync', count: 6 },
    { calls: 'fchmod', count: 4 },
  ]
  for (const { calls, names, count } of once) {
    it(`at any single ${calls}: the start is refused or every line arrives`, async () => {
      for (let nth = 1; nth <= count; nth += 2) await Promise.all([failAt(nth), failAt(nth + 1)])

      async function failAt(nth: number): Promise<void> {
        const log = newLog()
        const paths = (names ?? []).map(name => log.path(name))
        const options = { maxFileBytes: 400 }
        const writer = new WriterProcess(
          { ...PLAN, dir: log.dir, options },
          strace(`${calls}:error=EIO:when=${nth}`, paths),
        )
        if (await writer.end()) await expectIntact(log.dir, ALL_LINES, 0)
        else expect(writer.errors).to.include('KANSA_DIR_UNUSABLE')
      }
    })
  }

  it('and that does not let the file be shortened: a half-written line is continued, not repeated', async function () {
    if (!canMount()) this.skip()
    await withTmpfs('size=64k', async folder => {
      const dir = join(folder, 'audit')
      const ballast = join(folder, 'ballast')
      writeFileSync(ballast, Buffer.alloc(20_000))
      const writer = new WriterProcess(
        { dir, lines: 50, lineBytes: 900, waitBefore: 40 },
        strace('ftruncate:error=EPERM', [join(dir, 'audit.jsonl')]),
      )
      await writer.until('waiting')
      expect(writer.kinds).to.deep.equal(['write-failed'])
      rmSync(ballast)
      await eventually(() => writer.kinds.includes('write-resumed'), 'the line is continued')
      writer.goOn()
      expect(await writer.end()).to.equal(true)
      await expectIntact(
        dir,
        Array.from({ length: 50 }, (_, line) => `line-${line}`),
        0,
      )
    })
  })

  it('in the middle of a line that cannot be cut, in a file that somebody then empties: the line is written whole', async function () {
    if (!canMount()) this.skip()
    await withTmpfs('size=64k', async folder => {
      const dir = join(folder, 'audit')
      writeFileSync(join(folder, 'ballast'), Buffer.alloc(20_000))
      const writer = new WriterProcess(
        { dir, lines: 40, lineBytes: 900, waitBefore: 39 },
        strace('ftruncate:error=EPERM', [join(dir, 'audit.jsonl')]),
      )
      await writer.until('waiting')
      expect(writer.kinds).to.deep.equal(['write-failed'])
      const before = writer.written.length
      truncateSync(join(dir, 'audit.jsonl'))
      await eventually(() => writer.kinds.includes('write-resumed'), 'writing works again')
      writer.goOn()
      expect(await writer.end()).to.equal(true)
      expect(writer.kinds).to.include('file-truncated')
      const records = await expectIntact(dir, [], before)
      expect(records.at(-1)?.id).to.equal('line-39')
    })
  })

  it('slowly does not block the event loop', async () => {
    const log = newLog()
    const fault = 'fdatasync:delay_enter=400000'
    const plan = { ...PLAN, dir: log.dir, commitEvery: 7, reportLag: true }
    const writer = new WriterProcess(plan, strace(fault, [log.path('audit.jsonl')]))
    expect(await writer.end()).to.equal(true)
    expect(Number(writer.said('lag')[0])).to.be.lessThan(300)
    await expectIntact(log.dir, ALL_LINES, 0)
  })
})

describe('a limit of the process', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  beforeEach(function () {
    if (process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0) return
    console.log('prlimit is missing: limits are not tested')
    this.skip()
  })

  it('on the size of files: lines wait, and are written when it is lifted', async () => {
    const log = newLog()
    const plan = { dir: log.dir, lines: 60, lineBytes: 1000, linesPerTurn: 3, waitBefore: 50 }
    const writer = new WriterProcess(plan, ['prlimit', '--fsize=20000:unlimited'])
    await writer.until('waiting')
    expect(writer.kinds).to.deep.equal(['write-failed'])
    expect(writer.notices[0]?.['error']).to.include('EFBIG')
    execFileSync('prlimit', ['--pid', `${writer.process.pid}`, '--fsize=unlimited'])
    writer.goOn()
    expect(await writer.end()).to.equal(true)
    expect(writer.kinds).to.deep.equal(['write-failed', 'write-resumed'])
    await expectIntact(
      log.dir,
      Array.from({ length: 60 }, (_, line) => `line-${line}`),
      0,
    )
  })

  it('on open files: the rotation waits, the log is written', async () => {
    const log = newLog()
    const options = { maxFileBytes: 4000 }
    const plan = { dir: log.dir, lines: 400, lineBytes: 100, pauseMillis: 5, waitBefore: 10, options }
    const writer = new WriterProcess(plan)
    await writer.until('waiting')
    execFileSync('prlimit', ['--pid', `${writer.process.pid}`, '--nofile=5:'])
    writer.goOn()
    await eventually(() => writer.kinds.includes('rotation-failed'), 'the rotation fails')
    expect(listLogFiles(log.dir)).to.have.length(1)
    execFileSync('prlimit', ['--pid', `${writer.process.pid}`, '--nofile=1000:'])
    expect(await writer.end()).to.equal(true)
    expect(listLogFiles(log.dir).length).to.be.greaterThan(1)
    await expectIntact(
      log.dir,
      Array.from({ length: 400 }, (_, line) => `line-${line}`),
      0,
    )
  })
})
