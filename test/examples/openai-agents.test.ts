import { expect } from 'chai'
import { join } from 'node:path'
import { dataOf, eventsOf, readJournal, startExample, temporaryFolder } from './support/run-example.ts'

describe("the example with OpenAI's agents", () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  it('records the pause, the approval, the handoff, and each model call once', async () => {
    const example = startExample('examples/openai-agents/main.ts', { cwd: folder.path })
    expect(await example.ended, example.output()).to.equal(0)
    const events = readJournal(join(folder.path, 'audit'))

    expect(example.output()).to.include('approved: weather\nhello\nweather-desk: hello')
    expect(dataOf(events, 'AgentExecution').map(({ agent_name, status }) => `${agent_name} ${status}`)).to.deep.equal([
      'weather-desk Started',
      'weather-desk Running',
      'weather-desk Completed',
      'weather-desk Started',
      'weather-desk Completed',
      'reception Started',
      'reception Running',
      'reception Completed',
    ])
    expect(dataOf(events, 'ToolCall')).to.have.length(1)
    expect(dataOf(events, 'ToolCall')[0]).to.include({
      tool_name: 'weather',
      decision: 'Allow',
      decided_by_type: 'user',
    })
    expect(dataOf(events, 'ApiCall').map(({ total_tokens }) => total_tokens)).to.deep.equal([18, 18, 18, 18])
    expect(
      eventsOf(events, 'AgentExecution').find(({ labels }) => labels?.['handoff_to'] === 'weather-desk'),
    ).to.not.equal(undefined)
  })
})
