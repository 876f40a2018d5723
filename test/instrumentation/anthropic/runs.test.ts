import { expect } from 'chai'
import { ANTHROPIC } from '../../../src/instrumentation/anthropic/anthropic-sdk.ts'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import { wrapModelCall } from '../../../src/pipeline/wrap-model-call.ts'
import { auditing } from '../support/audited.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { clientOf, COPIES, EXPORTED, hasMethod, itemsOf, message, runnerBody } from './support.ts'

const RUNS = 100
const TOKENS = 22

describe('@anthropic-ai/sdk: in runs', () => {
  const audited = useAudited(() => auditing(ANTHROPIC, ...EXPORTED))
  const server = useModelServer()

  it(`${RUNS} at once have exactly their own calls, tools and tokens`, async () => {
    const hasRunner = hasMethod(clientOf(COPIES[0].exported, server).beta.messages, 'toolRunner')
    const calls = hasRunner ? 3 : 1
    await Promise.all(
      Array.from({ length: RUNS }, (_, index) =>
        withAgent({ agentName: `agent-${index}`, goal: 'x', runId: `run-${index}` }, async () => {
          const { messages, beta } = clientOf(COPIES[index % 2 === 0 ? 0 : 1].exported, server)
          const more = { model: `model-${index}`, stream: index % 4 < 2 }
          if (hasRunner) await beta.messages.toolRunner(runnerBody(() => `sky-${index}`, more))
          await itemsOf(await messages.create({ ...message(`model-${index}`), stream: true }))
        }),
      ),
    )

    expect(audited.events('ApiCall')).to.have.length(calls * RUNS)
    for (const { run_id, event_type } of audited.events('ApiCall')) {
      expect(event_type.data).to.include({ model: `model-${run_id?.slice('run-'.length)}` })
    }
    expect(audited.events('ToolCall')).to.have.length(hasRunner ? RUNS : 0)
    for (const { run_id, event_type } of audited.events('ToolCall')) {
      expect(event_type.data).to.include({ output_preview: `sky-${run_id?.slice('run-'.length)}` })
    }
    const completed = audited.runs().filter(({ status }) => status === 'Completed')
    expect(completed).to.have.length(RUNS)
    expect(new Set(completed.map(({ tokens_used }) => tokens_used))).to.deep.equal(new Set([calls * TOKENS]))
  })

  it('a call that the application audits itself is one call, with what the SDK alone can tell', async () => {
    const client = clientOf(COPIES[0].exported, { ...server, maxRetries: 1 })
    const ask = wrapModelCall((model: string) => client.messages.create(message(model)), {
      provider: 'mine',
      model: model => model,
    })
    await ask('retry-503-1-anthropic-wrapped')

    expect(audited.calls()).to.have.length(1)
    expect(audited.calls()[0]).to.include({ provider: 'mine', attempts: 2, status_code: 200, total_tokens: TOKENS })
  })
})
