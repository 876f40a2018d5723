import { expect } from 'chai'
import { useTestLogs } from '../journal/support/test-logs.ts'
import { expectAllSealed, runThenFault } from './support/error-runs.ts'
import { canTrace } from './support/strace.ts'

const DELAY_MILLIS = 250

describe('a disk on which every sync takes its time', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()

  it('does not block the event loop: neither lines, nor tiles and their new folders, nor checkpoints', async function () {
    if (!canTrace()) this.skip()
    const log = newLog()
    const fault = `fsync,fdatasync:delay_enter=${DELAY_MILLIS * 1000}`
    const writer = await runThenFault(log, fault, [], { reportLag: true, commitEvery: 100 })
    expect(Number(writer.said('lag')[0])).to.be.lessThan(DELAY_MILLIS)
    await expectAllSealed(log, writer)
  })
})
