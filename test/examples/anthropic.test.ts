import { expect } from 'chai'
import { join } from 'node:path'
import { dataOf, eventsOf, readJournal, startExample, temporaryFolder } from './support/run-example.ts'

describe('the example with Claude', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  it('records its model calls, its tool call and the tokens of its run', async () => {
    const example = startExample('examples/anthropic/main.ts', { cwd: folder.path })
    expect(await example.ended, example.output()).to.equal(0)
    const events = readJournal(join(folder.path, 'audit'))
    const run = eventsOf(events, 'AgentExecution').at(-1)

    expect(example.output()).to.include('hello').and.include('tokens of this run: 66')
    expect(dataOf(events, 'ApiCall').map(({ total_tokens }) => total_tokens)).to.deep.equal([22, 22, 22])
    expect(dataOf(events, 'ToolCall')[0]).to.include({ tool_name: 'weather', call_id: 'toolu_1', success: true })
    expect(run?.event_type.data).to.include({ status: 'Completed', tokens_used: 66 })
    expect(eventsOf(events, 'ApiCall').every(({ run_id }) => run_id === run?.run_id)).to.equal(true)
  })
})
