import { useTestLogs } from '../journal/support/test-logs.ts'
import { useAgents } from './support/agent-process.ts'
import { stopAndContinue } from './support/stopped-agent.ts'

/** For longer than any interval and time-out of the journal: `slow/stopped-process.test.ts`. */
describe('a process that is stopped and continued', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  const newAgent = useAgents()

  it('keeps its log, loses nothing, and verification speaks of no tampering meanwhile', async () => {
    await stopAndContinue(newLog(), newAgent, 1200)
  })
})
