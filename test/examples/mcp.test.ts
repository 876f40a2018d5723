import { expect } from 'chai'
import { join } from 'node:path'
import { dataOf, eventsOf, readJournal, startExample, temporaryFolder } from './support/run-example.ts'

describe('the example with MCP', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  it('records each call twice: what the agent did, and what the server was asked to do', async () => {
    const example = startExample('examples/mcp/main.ts', { cwd: folder.path })
    expect(await example.ended, example.output()).to.equal(0)
    expect(example.output()).to.include('tools: add, delete').and.include('add: 3').and.include('delete: kept')

    const ofAgent = readJournal(join(folder.path, 'audit'))
    const ofServer = readJournal(join(folder.path, 'audit-of-server'))
    for (const events of [ofAgent, ofServer]) {
      const [added, deleted] = dataOf(events, 'ToolCall')
      expect(added).to.include({ tool_name: 'add', tool_server: 'ledger', tool_version: '2.1.0', success: true })
      expect(deleted).to.include({ tool_name: 'delete', decision: 'Deny', decided_by_type: 'user' })
      expect(dataOf(events, 'Security').map(({ category }) => category)).to.include('PermissionDenied')
    }
    const run = eventsOf(ofAgent, 'AgentExecution')[0]
    expect(eventsOf(ofAgent, 'ToolCall').map(({ run_id }) => run_id)).to.deep.equal([run?.run_id, run?.run_id])
    expect(eventsOf(ofServer, 'ToolCall')[0]).to.deep.include({
      actor_id: 'bookkeeper',
      labels: { mcp_side: 'server' },
    })
  })
})
