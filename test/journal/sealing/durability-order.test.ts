import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { canTrace } from '../../faults/support/strace.ts'
import { WriterProcess } from '../../faults/support/writer-process.ts'
import { MEMORY, useTestLogs } from '../support/test-logs.ts'

/** What a commit does, in this order. */
const STEPS = [
  /fdatasync\(\d+<<dir>\/audit\.jsonl>/,
  /fsync\(\d+<<dir>\/seal\/tile\/0\/000\.p\/1>/,
  /fsync\(\d+<<dir>\/seal\/tile\/0\/000\.p>/,
  /write\(\d+<<dir>\/seal\/checkpoints>, "[^"]*\\n1\\n/,
  /fdatasync\(\d+<<dir>\/seal\/checkpoints>/,
  /fsync\(\d+<<dir>\/seal\/checkpoint\.tmp-[^>]*>/,
  /rename\("<dir>\/seal\/checkpoint\.tmp-[^"]*", "<dir>\/seal\/checkpoint"/,
  /fsync\(\d+<<dir>\/seal>/,
  /write\(1<[^>]*>, "durable line-0/,
]

describe('a commit', function () {
  this.timeout(60_000)
  const newLog = useTestLogs(MEMORY)

  it('makes lines durable before their tiles, tiles before the checkpoint, and that before anybody is told', async function () {
    if (!canTrace()) this.skip()
    const log = newLog()
    const trace = join(log.parent, 'trace')
    const wrapper = ['strace', '-f', '-y', '-qq', '-s', '200', '-o', trace]
    wrapper.push('-e', 'trace=write,rename,fsync,fdatasync')
    const writer = new WriterProcess({ dir: log.dir, lines: 1, commitEvery: 1 }, wrapper)
    expect(await writer.end()).to.equal(true)
    const calls = readFileSync(trace, 'utf8').replaceAll(log.dir, '<dir>').split('\n')
    // From the write of the line on; the checkpoint of the empty log came before it.
    let at = calls.findIndex(call => call.includes('write(') && call.includes('line-0'))
    expect(calls.slice(0, at).join('\n')).to.match(/rename\("[^"]*", "<dir>\/seal\/checkpoint"/)
    for (const step of STEPS) {
      const next = calls.findIndex((call, index) => index > at && step.test(call))
      expect(next, `${step} after ${calls[at]}`).to.be.greaterThan(at)
      at = next
    }
  })
})
