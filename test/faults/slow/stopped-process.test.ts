import { useTestLogs } from '../../journal/support/test-logs.ts'
import { useAgents } from '../support/agent-process.ts'
import { stopAndContinue } from '../support/stopped-agent.ts'

/** Longer than the interval of commits, that of looks at the lock, and the time that a signer has. */
const STOP_MILLIS = 12_000

describe('a process that is stopped for a long time and continued', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  const newAgent = useAgents()

  it('keeps its log, loses nothing, and verification speaks of no tampering meanwhile', async () => {
    await stopAndContinue(newLog(), newAgent, STOP_MILLIS)
  })
})
