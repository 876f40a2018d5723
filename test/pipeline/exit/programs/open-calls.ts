/** An agent in the middle of a tool, when the process ends in the way its second argument names. The first is the audit folder. */
import { initAuditLogger, withAgent, wrapTool } from '../../../../src/index.ts'

const [, , dir = '', way = ''] = process.argv

initAuditLogger({ dir })
const deploy = wrapTool((_to: string) => new Promise<void>(() => {}), { toolName: 'deploy' })
void withAgent({ agentName: 'deployer', goal: 'go live' }, () => deploy('production'))

switch (way) {
  case 'exit-3':
    setImmediate(() => process.exit(3))
    break
  case 'SIGTERM':
    setInterval(() => {}, 60_000)
    process.stdout.write('ready\n')
    break
  case 'throw':
    setImmediate(() => {
      throw new Error('the agent broke')
    })
    break
  // Nothing is left to wait for.
  default:
}
