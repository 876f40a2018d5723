/**
 * An agent that fails closed, in the folder of its argument: one tool that returns, then one that does not, which is when
 * it says `running`. To be killed.
 */
import { writeSync } from 'node:fs'
import { initAuditLogger, withAgent, wrapTool } from '../../../../src/index.ts'

initAuditLogger({ dir: process.argv[2], onFailure: 'block' })
const read = wrapTool(() => 'text', { toolName: 'read', callId: 'call-1' })
const deploy = wrapTool(
  () => {
    writeSync(1, 'running\n')
    // No turn of the event loop ends here: whatever is on disk was there before the tool began.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000)
  },
  { toolName: 'deploy', callId: 'call-2' },
)
withAgent({ agentName: 'deployer', goal: 'g', runId: 'run-1' }, () => {
  read()
  deploy()
})
