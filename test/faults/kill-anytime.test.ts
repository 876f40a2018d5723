import { expect } from 'chai'
import { expectGapless, useTestLogs } from '../journal/support/test-logs.ts'
import { expectEachOnce, useAgents } from './support/agent-process.ts'

const ROUNDS = 15
const LAST_KILL_MILLIS = 150

describe('kill -9 at any moment', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  const newAgent = useAgents()

  it('loses nothing of a turn that had ended, leaves no half line, and never keeps the next process from starting', async () => {
    const log = newLog()
    const options = { dir: log.dir, maxFileBytes: 16 * 1024, maxBackups: 1000, flushIntervalMillis: 5 }
    const promised: string[] = []
    let next = newAgent(options)
    for (let round = 0; round < ROUNDS; round++) {
      const agent = next
      expect(await agent.tell('open'), `start ${round}`).to.equal('ok')
      // Its modules load while this one works.
      next = newAgent(options)
      await agent.tell('run')
      await agent.until('turn')
      await new Promise(resolve => setTimeout(resolve, Math.random() * LAST_KILL_MILLIS))
      await agent.kill()
      expect(agent.said('thrown').concat(agent.said('error'))).to.deep.equal([])
      expect(agent.ids('turn')).to.have.length.above(0)
      promised.push(...agent.ids('turn'))
    }
    expect(await next.tell('open')).to.equal('ok')
    await next.stop()
    const records = log.records()
    expectEachOnce(records, promised)
    expectGapless(records)
    expect(new Set(records.map(record => record.file)).size, 'files').to.be.above(5)
  })
})
