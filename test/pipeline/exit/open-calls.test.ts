import { expect } from 'chai'
import { useAuditFolders } from '../logger/support/audit-folders.ts'
import { run } from './support.ts'

describe('a call that goes on when the process ends', () => {
  const newFolder = useAuditFolders()

  for (const [way, code, signal] of [
    ['end', 0, null],
    ['exit-3', 3, null],
    ['throw', 1, null],
    ['SIGTERM', null, 'SIGTERM'],
  ] as const) {
    it(`is recorded as cancelled, and then the run around it (${way})`, async () => {
      const folder = newFolder()
      const ended = await run('open-calls', [folder.dir, way], { signals: signal === null ? [] : [signal] })

      expect(ended).to.include({ code, signal })
      const error = 'the process ended before the call had'
      const [tool] = folder.of('ToolCall')
      expect(tool?.event_type.data).to.include({ tool_name: 'deploy', success: false, error, error_type: 'cancelled' })
      const runs = folder.of('AgentExecution')
      expect(runs.map(event => event.event_type.data.status)).to.deep.equal(['Started', 'Cancelled'])
      expect(tool?.run_id).to.equal(runs[0]?.run_id)
      expect(tool?.seq).to.be.lessThan(runs[1]?.seq ?? 0)
      expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
    })
  }
})
