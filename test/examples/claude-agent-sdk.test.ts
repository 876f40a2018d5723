import { expect } from 'chai'
import { join } from 'node:path'
import { dataOf, readJournal, startExample, temporaryFolder } from './support/run-example.ts'

describe("the example with Claude's agent (stand-in)", () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  it('records its run, its model calls, the tool that was allowed and the one that was denied', async () => {
    const example = startExample('examples/claude-agent-sdk/main.ts', { cwd: folder.path })
    expect(await example.ended, example.output()).to.equal(0)
    const events = readJournal(join(folder.path, 'audit'))

    expect(example.output()).to.include('Bash: allowed').and.include('done')
    expect(dataOf(events, 'AgentExecution').map(({ status }) => status)).to.deep.equal(['Started', 'Completed'])
    expect(dataOf(events, 'ApiCall')).to.have.length(3)
    expect(
      dataOf(events, 'ToolCall').map(({ tool_name, decision, decided_by_type }) => [
        tool_name,
        decision,
        decided_by_type,
      ]),
    ).to.deep.equal([
      ['Bash', 'Allow', 'user'],
      ['mcp__own__lookup', 'Deny', 'user'],
    ])
    expect(dataOf(events, 'Security').some(({ category }) => category === 'PermissionDenied')).to.equal(true)
  })
})
