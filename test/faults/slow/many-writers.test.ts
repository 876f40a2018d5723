import { useTestLogs } from '../../journal/support/test-logs.ts'
import { useAgents } from '../support/agent-process.ts'
import { writeManyAtOnce } from '../support/many-writers.ts'

describe('eight processes that write into one folder, with tiny files', function () {
  this.timeout(180_000)
  const newLog = useTestLogs()
  const newAgent = useAgents()

  it('mix up nothing, and whoever reads or verifies meanwhile gets every line once and no false alarm', async () => {
    await writeManyAtOnce(newLog(), newAgent, { writers: 8, turns: 150 })
  })
})
