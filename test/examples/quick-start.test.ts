import { expect } from 'chai'
import { join } from 'node:path'
import { dataOf, eventsOf, readJournal, startExample, temporaryFolder } from './support/run-example.ts'

describe('the quick start', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  it('records a tool call, a run, and a tool call inside that run', async () => {
    const example = startExample('examples/quick-start.ts', { cwd: folder.path })
    expect(await example.ended, example.output()).to.equal(0)
    const events = readJournal(join(folder.path, 'audit'))
    const [logged, wrapped] = eventsOf(events, 'ToolCall')
    const [started, completed] = eventsOf(events, 'AgentExecution')
    expect(logged?.event_type.data).to.include({ tool_name: 'shell', parameters: '{"cmd":"ls -la"}', success: true })
    expect(wrapped?.event_type.data).to.include({ tool_name: 'list_files', output_preview: '["audit"]' })
    expect(wrapped?.run_id).to.be.a('string').that.equals(started?.run_id)
    expect(completed?.event_type.data.status).to.equal('Completed')
    expect(dataOf(events, 'Security').map(data => data.category)).to.deep.equal(['AuditStarted', 'AuditStopped'])
  })
})
