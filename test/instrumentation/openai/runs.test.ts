import { expect } from 'chai'
import { OPENAI } from '../../../src/instrumentation/openai/openai-sdk.ts'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import { wrapModelCall } from '../../../src/pipeline/wrap-model-call.ts'
import { auditing } from '../support/audited.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { chat, clientOf, COPIES, EXPORTED, WEATHER } from './support.ts'

const RUNS = 100

describe('openai: in runs', () => {
  const audited = useAudited(() => auditing(OPENAI, ...EXPORTED))
  const server = useModelServer()

  it(`${RUNS} at once have exactly their own calls, tools and tokens`, async () => {
    const parse = (text: string): { city: string } => JSON.parse(text) as { city: string }
    const tool = { ...WEATHER, function: { ...WEATHER.function, parse, function: () => 'sunny' } }
    await Promise.all(
      Array.from({ length: RUNS }, (_, index) =>
        withAgent({ agentName: `agent-${index}`, goal: 'x', runId: `run-${index}` }, async () => {
          const { completions } = clientOf(COPIES[index % 2 === 0 ? 0 : 1].exported, server).chat
          await completions.runTools({ ...chat(`model-${index}`), tools: [tool] }).done()
          const body = { ...chat(`model-${index}`), stream: true, stream_options: { include_usage: true } } as const
          for await (const _ of await completions.create(body));
        }),
      ),
    )

    const calls = audited.events('ApiCall')
    expect(calls).to.have.length(3 * RUNS)
    expect(audited.events('ToolCall')).to.have.length(RUNS)
    for (const { run_id, event_type } of calls) {
      expect(event_type.data).to.include({ model: `model-${run_id?.slice('run-'.length)}` })
    }
    const completed = audited.runs().filter(({ status }) => status === 'Completed')
    expect(completed).to.have.length(RUNS)
    expect(new Set(completed.map(({ tokens_used }) => tokens_used))).to.deep.equal(new Set([3 * 18]))
    const toolRuns = audited.events('ToolCall').map(({ run_id }) => run_id)
    expect(new Set(toolRuns)).to.have.length(RUNS)
  })

  it('a call that the application audits itself is one call, with what the SDK alone can tell', async () => {
    const client = clientOf(COPIES[0].exported, { ...server, maxRetries: 1 })
    const ask = wrapModelCall((model: string) => client.chat.completions.create(chat(model)), {
      provider: 'mine',
      model: model => model,
    })
    await ask('retry-503-1-wrapped')

    expect(audited.calls()).to.have.length(1)
    expect(audited.calls()[0]).to.include({ provider: 'mine', attempts: 2, status_code: 200, total_tokens: 18 })
  })

  it('a call of a run inside of an audited call is a call of its own', async () => {
    const client = clientOf(COPIES[0].exported, server)
    const ask = wrapModelCall(
      () => withAgent({ agentName: 'inner', goal: 'x' }, () => client.chat.completions.create(chat())),
      { provider: 'mine', model: 'outer' },
    )
    await ask()

    expect(audited.calls().map(({ provider }) => provider)).to.deep.equal([new URL(server.url).host, 'mine'])
  })
})
