import { expect } from 'chai'
import { join } from 'node:path'
import { TELLS_BODIES } from '../instrumentation/undici/support.ts'
import { dataOf, eventsOf, readJournal, startExample, temporaryFolder } from './support/run-example.ts'

describe('the example with nothing but fetch', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  it('records its model calls in its run', async () => {
    const example = startExample('examples/undici/main.ts', { cwd: folder.path })
    expect(await example.ended, example.output()).to.equal(0)
    const events = readJournal(join(folder.path, 'audit'))
    const run = eventsOf(events, 'AgentExecution').at(-1)
    const calls = dataOf(events, 'ApiCall')

    expect(calls).to.have.length(2)
    for (const call of calls) expect(call).to.include({ operation: 'chat', status_code: 200 })
    if (TELLS_BODIES) expect(calls.map(({ response_preview }) => response_preview)).to.deep.equal(['hello', 'hello'])
    expect(run?.event_type.data).to.include({ status: 'Completed', tokens_used: TELLS_BODIES ? 18 : 0 })
    expect(eventsOf(events, 'ApiCall').every(({ run_id }) => run_id === run?.run_id)).to.equal(true)
  })
})
