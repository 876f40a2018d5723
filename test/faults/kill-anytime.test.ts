import { expect } from 'chai'
import { useTestLogs } from '../journal/support/test-logs.ts'
import { useAgents } from './support/agent-process.ts'
import { killAgents, killWriters } from './support/random-kills.ts'

/** A thousand times: `slow/kill-anytime.test.ts`. */
describe('kill -9 at any moment', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  const newAgent = useAgents()

  it('loses nothing of a turn that had ended, leaves no half line, and never keeps the next process from starting', async () => {
    const log = newLog()
    const records = await killAgents(log, newAgent, { rounds: 4, maxFileBytes: 8192 })
    expect(new Set(records.map(record => record.file)).size, 'files').to.be.above(1)
  })

  it('with eight producers and tiny files: the same', async () => {
    const plan = { producers: 8, recordsPerTurn: 1 }
    const records = await killAgents(newLog(), newAgent, { rounds: 3, maxFileBytes: 4096, plan })
    expect(new Set(records.map(record => record.file)).size, 'files').to.be.above(5)
  })

  it('of a journal alone: nothing is written twice, seq has no gap, and what was said to be sealed is', async () => {
    await killWriters(newLog(), 5)
  })
})
