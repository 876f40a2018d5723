import { execFileSync, spawnSync } from 'node:child_process'
import { expect } from 'chai'
import { listLogFiles } from '../../src/journal/layout.ts'
import { eventually, useTestLogs } from '../journal/support/test-logs.ts'
import { expectIntact } from './support/verified-log.ts'
import { WriterProcess } from './support/writer-process.ts'

describe('a limit of the process', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  beforeEach(function () {
    if (process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0) return
    console.log('prlimit is missing: limits are not tested')
    this.skip()
  })

  it('on the size of files: lines wait, and are written and sealed when it is lifted', async () => {
    const log = newLog()
    const plan = { dir: log.dir, lines: 60, lineBytes: 1000, linesPerTurn: 3, waitBefore: 50 }
    const writer = new WriterProcess(plan, ['prlimit', '--fsize=20000:unlimited'])
    await writer.until('waiting')
    expect(writer.kinds).to.deep.equal(['write-failed'])
    expect(writer.notices.find(({ kind }) => kind === 'write-failed')?.['error']).to.include('EFBIG')
    setLimit(writer, 'fsize=unlimited')
    writer.goOn()
    expect(await writer.end()).to.equal(true)
    expect(writer.kinds).to.deep.equal(['write-failed', 'write-resumed'])
    await expectIntact(log.dir, linesOf(60), { sealed: linesOf(60) })
  })

  it('on open files: rotation and seal wait, the log is written', async () => {
    const log = newLog()
    const options = { maxFileBytes: 4000, maxBackups: 1000, flushIntervalMillis: 20 }
    const plan = { dir: log.dir, lines: 600, lineBytes: 100, pauseMillis: 3, waitBefore: 10, options }
    const writer = new WriterProcess(plan)
    await writer.until('waiting')
    setLimit(writer, 'nofile=5:')
    writer.goOn()
    await eventually(() => writer.kinds.includes('rotation-failed'), 'the rotation fails')
    await eventually(() => writer.kinds.includes('seal-failed'), 'no tile can be stored')
    expect(listLogFiles(log.dir)).to.have.length(1)
    setLimit(writer, 'nofile=1000:')
    expect(await writer.end()).to.equal(true)
    expect(writer.lines).to.include('durable all')
    expect(writer.kinds).to.include('seal-recovered')
    expect(listLogFiles(log.dir).length).to.be.greaterThan(1)
    await expectIntact(log.dir, linesOf(600), { sealed: linesOf(600) })
  })
})

function setLimit({ pid }: WriterProcess, limit: string): void {
  execFileSync('prlimit', ['--pid', `${pid}`, `--${limit}`])
}

function linesOf(count: number): string[] {
  return Array.from({ length: count }, (_, line) => `line-${line}`)
}
