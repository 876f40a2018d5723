import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { useTestLogs } from '../journal/support/test-logs.ts'
import { canTrace } from './support/strace.ts'
import { WriterProcess } from './support/writer-process.ts'

describe('what a commit makes durable', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()

  /** The system calls of a run, with the paths of descriptors; waits for syncs show as two lines. */
  async function traceOf(options: Record<string, unknown>): Promise<string[]> {
    if (!canTrace()) return []
    const log = newLog()
    const trace = join(log.parent, 'trace')
    const wrapper = ['strace', '-f', '-y', '-qq', '-s', '200', '-o', trace]
    wrapper.push('-e', 'trace=write,rename,fsync,fdatasync,unlink')
    const writer = new WriterProcess({ dir: log.dir, lines: 8, lineBytes: 60, commitEvery: 5, options }, wrapper)
    expect(await writer.end()).to.equal(true)
    return readFileSync(trace, 'utf8').replaceAll(log.dir, '<dir>').split('\n')
  }

  it('is every rotated file, the active file and the names, before anybody is told', async function () {
    const calls = await traceOf({ maxFileBytes: 400 })
    if (calls.length === 0) this.skip()
    const renamed = calls.findLastIndex(call => call.includes('rename(') && call.includes('<dir>/audit.jsonl.new'))
    const told = calls.findIndex((call, index) => index > renamed && call.includes('"durable'))
    expect(renamed).to.be.greaterThan(0)
    const between = calls.slice(renamed, told).join('\n')
    expect(between).to.match(/fdatasync\(\d+<<dir>\/audit\.jsonl\.1>/)
    expect(between).to.match(/fdatasync\(\d+<<dir>\/audit\.jsonl>/)
    expect(between).to.match(/fsync\(\d+<<dir>>/)
  })

  it('is a torn tail in its new place, before it leaves the log', async function () {
    if (!canTrace()) this.skip()
    const log = newLog()
    mkdirSync(log.dir)
    writeFileSync(log.path('audit.jsonl'), '{"id":"whole","seq":0}\n{"torn')
    const trace = join(log.parent, 'trace')
    const wrapper = ['strace', '-f', '-y', '-qq', '-o', trace, '-e', 'trace=fsync,ftruncate']
    expect(await new WriterProcess({ dir: log.dir, lines: 1 }, wrapper).end()).to.equal(true)
    const calls = readFileSync(trace, 'utf8').replaceAll(log.dir, '<dir>')
    expect(calls).to.match(
      /fsync\(\d+<<dir>\/audit\.jsonl\.corrupt-[^>]*>\)[^]*fsync\(\d+<<dir>>\)[^]*ftruncate\(\d+<<dir>\/audit\.jsonl>, 23\)/,
    )
  })

  it('comes before a backup is deleted: the record about it is written and synced first', async function () {
    const calls = await traceOf({ maxFileBytes: 300, maxBackups: 0 })
    if (calls.length === 0) this.skip()
    const recorded = calls.findIndex(call => call.includes('write(') && call.includes('"{\\"id\\":\\"deleted'))
    const deleted = calls.findIndex(call => call.includes('unlink("<dir>/audit.jsonl.1"'))
    expect(recorded).to.be.greaterThan(0)
    expect(deleted).to.be.greaterThan(recorded)
    expect(calls.slice(recorded, deleted).join('\n')).to.match(/fdatasync\(\d+<<dir>\/audit\.jsonl>/)
  })
})
