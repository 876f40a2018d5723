import { expect } from 'chai'
import { join } from 'node:path'
import { dataOf, eventsOf, readJournal, startExample, temporaryFolder } from './support/run-example.ts'

describe('the example with LangChain', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  it('records the pause of its agent, the decision, the tool call, and each model call once', async () => {
    const example = startExample('examples/langchain/main.ts', { cwd: folder.path })
    expect(await example.ended, example.output()).to.equal(0)
    const events = readJournal(join(folder.path, 'audit'))

    expect(example.output()).to.include('hello')
    expect(dataOf(events, 'AgentExecution').map(({ status }) => status)).to.deep.equal([
      'Started',
      'Running',
      'Completed',
      'Started',
      'Completed',
    ])
    expect(dataOf(events, 'ToolCall')).to.have.length(1)
    expect(dataOf(events, 'ToolCall')[0]).to.include({
      tool_name: 'weather',
      decision: 'Allow',
      decided_by_type: 'user',
    })
    expect(dataOf(events, 'ApiCall').map(({ total_tokens, attempts }) => ({ total_tokens, attempts }))).to.deep.equal([
      { total_tokens: 18, attempts: 1 },
      { total_tokens: 18, attempts: 1 },
    ])
    expect(new Set(eventsOf(events, 'AgentExecution').map(({ session_id }) => session_id))).to.have.keys('desk-1')
  })
})
