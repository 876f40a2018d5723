import { expect } from 'chai'
import { ANTHROPIC } from '../../../src/instrumentation/anthropic/anthropic-sdk.ts'
import { AuditInstrumentation } from '../../../src/instrumentation/audit-instrumentation.ts'
import { createMemoryAuditLogger } from '../../../src/pipeline/memory-audit-logger.ts'
import { startModelServer } from '../../support/model-server.ts'
import { skipBecause } from '../../support/skip-because.ts'
import { auditing } from '../support/audited.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { clientOf, COPIES, errorOf, EXPORTED, hasMethod, itemsOf, message, runnerBody, weather } from './support.ts'

const NO_RUNNER = 'this version has no toolRunner()'

for (const { name: copy, exported } of COPIES) {
  describe(`@anthropic-ai/sdk, ${copy}: a tool of toolRunner()`, () => {
    const audited = useAudited(() => auditing(ANTHROPIC, ...EXPORTED))
    const server = useModelServer()
    before(function () {
      if (!hasMethod(clientOf(exported, server).beta.messages, 'toolRunner')) skipBecause(this, NO_RUNNER)
    })

    for (const stream of [false, true]) {
      it(`is a call with the id that the model gave it, ${stream ? 'streaming' : 'whole'}`, async () => {
        let givesContext = false
        const run = ({ city }: { city: string }, context?: unknown): string => {
          givesContext = context !== undefined
          return `${city} sunny`
        }
        await clientOf(exported, server).beta.messages.toolRunner(runnerBody(run, { model: 'two-tools', stream }))

        const [first, second] = audited.tools()
        expect(audited.tools()).to.have.length(2)
        expect(audited.calls()).to.have.length(2)
        expect(first).to.include({
          tool_name: 'weather',
          parameters: '{"city":"Paris"}',
          output_preview: 'Paris sunny',
          success: true,
        })
        expect(second).to.include({ parameters: '{"city":"Rome"}', output_preview: 'Rome sunny' })
        // Older versions hand no id to the tool.
        if (givesContext) expect([first?.call_id, second?.call_id]).to.deep.equal(['toolu_1', 'toolu_2'])
      })
    }

    it('that throws is a failed call, and the model is told as ever', async () => {
      const run = (): never => {
        throw new RangeError('no weather today')
      }
      server.clear()
      await clientOf(exported, server).beta.messages.toolRunner(runnerBody(run))

      expect(audited.tools()[0]).to.include({ success: false, error: 'no weather today', error_type: 'RangeError' })
      expect(server.requests[1]?.raw).to.include('Error: no weather today').and.include('"is_error":true')
    })

    it('that asks a model makes a call of its own', async () => {
      const client = clientOf(exported, server)
      const run = async (): Promise<string> => (await client.messages.create(message('inner'))).id
      await client.beta.messages.toolRunner(runnerBody(run, { model: 'outer' }))

      expect(audited.calls().map(({ model }) => model)).to.deep.equal(['outer', 'inner', 'outer'])
    })

    it('is the very object that the application made, private fields included', async () => {
      class Weather {
        readonly type = 'custom'
        readonly name = 'weather'
        readonly input_schema = { type: 'object' }
        readonly #sky = 'sunny'
        run(): string {
          return this.#sky
        }
      }
      const tool = new Weather()
      const runner = clientOf(exported, server).beta.messages.toolRunner(runnerBody(() => '', { tools: [tool] }))
      expect(runner.params.tools[0]).to.equal(tool)
      await runner

      expect(audited.tools()[0]).to.include({ output_preview: 'sunny' })
      expect(Object.keys(tool)).to.deep.equal(['type', 'name', 'input_schema'])
    })

    it('that two runners share is recorded once for each call', async () => {
      const { messages } = clientOf(exported, server).beta
      const body = runnerBody(() => 'sunny')
      await messages.toolRunner(body)
      await messages.toolRunner(body)

      expect(audited.tools()).to.have.length(2)
    })

    it('that is set later is recorded too', async () => {
      const runner = clientOf(exported, server).beta.messages.toolRunner(runnerBody(() => 'first'))
      const later = weather(() => 'second') as unknown as (typeof runner.params.tools)[number]
      runner.setMessagesParams(params => ({ ...params, tools: [later] }))
      await runner

      expect(audited.tools().map(({ output_preview }) => output_preview)).to.deep.equal(['second'])
    })

    it('whose runner is left early ends where it is left', async () => {
      const runner = clientOf(exported, server).beta.messages.toolRunner(runnerBody(() => 'sunny'))
      for await (const _ of runner) break

      expect(audited.calls()).to.have.length(1)
      expect(audited.tools()).to.be.empty
    })
  })
}

describe('@anthropic-ai/sdk: a tool of a thread', () => {
  const { exported } = COPIES[0]
  const audited = useAudited(() => auditing(ANTHROPIC, ...EXPORTED))
  const server = useModelServer()
  before(function () {
    if (!hasMethod(clientOf(exported, server).beta.messages, 'thread')) {
      skipBecause(this, 'this version has no threads')
    }
  })

  it('is recorded when a runner of the thread runs it', async () => {
    const tool = weather(() => 'sunny') as unknown as never
    const thread = clientOf(exported, server).beta.messages.thread({ ...message(), tools: [tool] })
    const last = (await itemsOf(thread.toolRunner())).at(-1)

    expect(last?.content[0]).to.include({ text: 'hello' })
    expect(audited.tools()[0]).to.include({ call_id: 'toolu_1', output_preview: 'sunny' })
  })
})

describe('@anthropic-ai/sdk: a tool that a runner had while it was audited', () => {
  it('is recorded no more after detaching, and once per call when attached again', async function () {
    const server = await startModelServer()
    const logger = createMemoryAuditLogger({ global: true })
    const instrumentation = new AuditInstrumentation(ANTHROPIC)
    const recorded = (): number => logger.events.filter(({ event_type: { type } }) => type === 'ToolCall').length
    try {
      for (const exported of EXPORTED) instrumentation.attachTo(exported)
      const { messages } = clientOf(COPIES[0].exported, server).beta
      if (!hasMethod(messages, 'toolRunner')) skipBecause(this, NO_RUNNER)
      const body = runnerBody(() => 'sunny')
      const counts: number[] = []
      for (const change of ['enable', 'disable', 'enable'] as const) {
        instrumentation[change]()
        await messages.toolRunner(body)
        counts.push(recorded())
      }

      expect(counts).to.deep.equal([1, 1, 2])
    } finally {
      instrumentation.disable()
      await logger.shutdown()
      await server.close()
    }
  })
})

describe('@anthropic-ai/sdk: a tool that is offered', () => {
  const audited = useAudited(() => auditing(ANTHROPIC, ...EXPORTED))
  const server = useModelServer()

  it('is in the log once, whoever runs it, but for those of the provider', async () => {
    const { messages } = clientOf(COPIES[0].exported, server)
    const tool = (name: string) => ({ name, input_schema: { type: 'object' } }) as const
    const search = { type: 'web_search_20250305', name: 'web_search' } as const
    await messages.create({ ...message(), tools: [tool('offered-a'), search] })
    await errorOf(messages.create({ ...message('fail-400'), tools: [tool('offered-a'), tool('offered-b')] }))

    const offered = audited.security().filter(({ category }) => category === 'ToolsOffered')
    expect(offered.map(({ context }) => context['tools'])).to.deep.equal(['["offered-a"]', '["offered-b"]'])
  })
})
