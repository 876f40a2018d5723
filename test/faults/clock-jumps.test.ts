import { expect } from 'chai'
import { expectGapless, useTestLogs } from '../journal/support/test-logs.ts'
import { expectEachOnce, useAgents } from './support/agent-process.ts'
import { contextsIn } from './support/stored-failures.ts'
import { expectVerdict } from './support/verified-log.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

describe('a wall clock that is set', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  const newAgent = useAgents()

  it('back, forward by a month, to 1970 and to the next century leaves seq, tree and verification alone', async () => {
    const log = newLog()
    const agent = newAgent({ dir: log.dir, maxFileBytes: 8192, maxBackups: 1000, flushIntervalMillis: 20 })
    const offsets = [0, -2 * HOUR, 30 * DAY, 3599_000, -Date.now(), 80 * 365 * DAY, 0]
    expect(await agent.tell('open')).to.equal('ok')
    for (const offset of offsets) {
      await agent.tell(`clock ${offset}`)
      await agent.tell('log 5')
      expect(await agent.tell('flush')).to.equal('ok')
    }
    await agent.stop()
    expectEachOnce(log.records(), agent.ids('turn'))
    expectGapless(log.records())
    await expectVerdict(log.dir, 'intact')
    const jumps = offsets.slice(1).map((offset, index) => offset - (offsets[index] ?? 0))
    const recorded = contextsIn(log.dir, 'ClockChanged').map(context => Number(context['delta_ms']))
    expect(recorded.map(roundedHours)).to.deep.equal(jumps.map(roundedHours))
  })

  it('between two starts lets the next process go on, in whichever direction', async () => {
    const log = newLog()
    const promised: string[] = []
    for (const offset of [30 * DAY, -2 * HOUR, -Date.now()]) {
      const agent = newAgent({ dir: log.dir })
      await agent.tell(`clock ${offset}`)
      expect(await agent.tell('open')).to.equal('ok')
      await agent.tell('log 3')
      // The lock of a dead process is taken over, whatever time is in it.
      await agent.kill()
      promised.push(...agent.ids('turn'))
    }
    const last = newAgent({ dir: log.dir })
    expect(await last.tell('open')).to.equal('ok')
    await last.stop()
    expectEachOnce(log.records(), promised)
    expectGapless(log.records())
    await expectVerdict(log.dir, 'intact')
  })
})

function roundedHours(millis: number): number {
  return Math.round(millis / HOUR)
}
