import { expect } from 'chai'
import { join } from 'node:path'
import { dataOf, eventsOf, readJournal, startExample, temporaryFolder } from './support/run-example.ts'

describe('the example with the AI SDK', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  it('records the runs of its agents, a tool that ran, and one that was not allowed to', async () => {
    const example = startExample('examples/ai/main.ts', { cwd: folder.path })
    expect(await example.ended, example.output()).to.equal(0)
    const events = readJournal(join(folder.path, 'audit'))
    const ended = dataOf(events, 'AgentExecution').filter(({ status }) => status === 'Completed')
    const [ran, denied] = dataOf(events, 'ToolCall')

    expect(ended.map(({ agent_name, tokens_used }) => [agent_name, tokens_used])).to.deep.equal([
      ['forecaster', 36],
      ['travel-desk', 18],
      ['travel-desk', 18],
    ])
    expect(ran).to.include({ tool_name: 'weather', output_preview: 'Paris: sunny', success: true })
    expect(denied).to.include({ tool_name: 'book', decision: 'Deny', decision_reason: 'too expensive' })
    expect(dataOf(events, 'ApiCall')).to.have.length(4)
    expect(eventsOf(events, 'ApiCall').every(({ run_id }) => run_id !== undefined)).to.equal(true)
    const findings = dataOf(events, 'Security').map(({ category }) => category)
    expect(findings).to.include.members(['PermissionRequested', 'PermissionDenied'])
  })
})
