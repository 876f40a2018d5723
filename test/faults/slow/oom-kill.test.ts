import { expect } from 'chai'
import { expectGapless, useTestLogs } from '../../journal/support/test-logs.ts'
import { expectEachOnce, useAgents } from '../support/agent-process.ts'
import { withMemoryLimit } from '../support/memory-limit.ts'
import { expectAsFound, expectVerdict } from '../support/verified-log.ts'

describe('a process that the kernel kills because memory is used up', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  const newAgent = useAgents()

  it('has everything on disk whose turn had ended, and what a flush stood for is sealed', async function () {
    const log = newLog()
    const options = { dir: log.dir, flushIntervalMillis: 5, maxFileBytes: 256 * 1024, maxBackups: 1000 }
    const promised: string[] = []
    const canLimit = await withMemoryLimit(160, async wrapper => {
      for (let round = 0; round < 3; round++) {
        const plan = { outputLength: 20_000, producers: 2 }
        const agent = newAgent(options, plan, wrapper)
        expect(await agent.tell('open')).to.equal('ok')
        await agent.tell('run')
        await agent.until('turn', 5)
        await agent.tell('eat')
        await agent.until('never')
        expect(agent.process.signalCode).to.equal('SIGKILL')
        promised.push(...agent.ids('turn'))
        await expectAsFound(log.dir, agent.said('sealed'))
      }
    })
    if (!canLimit) {
      console.log('needs root and a writable memory cgroup: out-of-memory kills are not tested')
      this.skip()
    }
    const next = newAgent(options)
    expect(await next.tell('open')).to.equal('ok')
    await next.stop()
    expectEachOnce(log.records(), promised)
    expectGapless(log.records())
    await expectVerdict(log.dir, 'intact')
  })
})
