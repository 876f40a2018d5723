import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { useTestLogs } from '../journal/support/test-logs.ts'
import { canTrace, tracing } from './support/strace.ts'
import { WriterProcess } from './support/writer-process.ts'

describe('what a commit makes durable', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()

  /** The system calls of a run, with the paths of descriptors; waits for syncs show as two lines. */
  async function traceOf(options: Record<string, unknown>): Promise<string[]> {
    if (!canTrace()) return []
    const log = newLog()
    const trace = join(log.parent, 'trace')
    const calls = 'write,pwrite64,rename,fsync,fdatasync,unlink'
    const wrapper = tracing(trace, calls, ['-y', '-s', '200'])
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

  it('is the lines, then their tiles, then the checkpoint in the history, then the newest one', async function () {
    const calls = await traceOf({})
    if (calls.length === 0) this.skip()
    const told = calls.findIndex(call => call.includes('"durable line-5'))
    const written = calls.findIndex(
      call => call.includes('write(') && call.includes('line-5') && call.includes('audit.jsonl'),
    )
    expect(written).to.be.within(0, told)
    expect(calls.slice(written, told).join('\n')).to.match(
      new RegExp(
        [
          String.raw`fdatasync\(\d+<<dir>/audit\.jsonl>`,
          String.raw`fsync\(\d+<<dir>/seal/tile/0/000\.p/6>`,
          String.raw`fsync\(\d+<<dir>/seal/tile/0/000\.p>`,
          String.raw`fdatasync\(\d+<<dir>/seal/checkpoints>`,
          String.raw`fsync\(\d+<<dir>/seal/checkpoint\.tmp-[^>]*>`,
          String.raw`rename\("<dir>/seal/checkpoint\.tmp-[^"]*", "<dir>/seal/checkpoint"`,
          String.raw`fsync\(\d+<<dir>/seal>`,
        ].join('[^]*'),
      ),
    )
  })

  it('is a torn tail in its new place, before it leaves the log', async function () {
    if (!canTrace()) this.skip()
    const log = newLog()
    await new WriterProcess({ dir: log.dir, lines: 1 }).end()
    const size = log.size('audit.jsonl')
    appendFileSync(log.path('audit.jsonl'), '{"torn')
    const trace = join(log.parent, 'trace')
    const wrapper = tracing(trace, 'fsync,ftruncate', ['-y'])
    expect(await new WriterProcess({ dir: log.dir, lines: 1 }, wrapper).end()).to.equal(true)
    const calls = readFileSync(trace, 'utf8').replaceAll(log.dir, '<dir>')
    expect(calls).to.match(
      new RegExp(
        String.raw`fsync\(\d+<<dir>/audit\.jsonl\.corrupt-[^>]*>\)[^]*fsync\(\d+<<dir>>\)[^]*` +
          String.raw`ftruncate\(\d+<<dir>/audit\.jsonl>, ${size}\)`,
      ),
    )
  })

  it('comes before a backup is deleted: the record about it is written, synced and sealed first', async function () {
    const calls = await traceOf({ maxFileBytes: 300, maxBackups: 0 })
    if (calls.length === 0) this.skip()
    const recorded = calls.findIndex(call => call.includes('write(') && call.includes('-RetentionDeleted'))
    const deleted = calls.findIndex(call => /unlink\("<dir>\/audit\.jsonl\.\d/.test(call))
    expect(recorded).to.be.greaterThan(0)
    expect(deleted).to.be.greaterThan(recorded)
    expect(calls.slice(recorded, deleted).join('\n')).to.match(
      /fdatasync\(\d+<<dir>\/audit\.jsonl>[^]*rename\("[^"]*", "<dir>\/seal\/checkpoint"/,
    )
  })
})
