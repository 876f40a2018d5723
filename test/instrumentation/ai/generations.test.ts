import { expect } from 'chai'
import { skipBecause } from '../../support/skip-because.ts'
import { collectGarbage } from './garbage.ts'
import { auditedSetting, IS_VERSION_7, QUIET, telemetry, textOf, THREE_STEPS, TOOLS, toolsThat } from './support.ts'

/** An audit is not to be switched off by what an application says of its telemetry. */
const SETTINGS = [
  { name: 'as it is', settings: undefined },
  { name: 'with telemetry switched off', settings: { isEnabled: false } },
  { name: 'with integrations for the call', settings: { integrations: [] } },
]

for (const { name, settings } of SETTINGS) {
  describe(`ai: a generation, ${name}`, () => {
    const set = auditedSetting()
    const { audited, server, statuses } = set
    const given = telemetry(settings)

    for (const streamed of [false, true]) {
      const run = async (modelName: string, options: object = {}): Promise<string> => {
        const request = {
          model: set.model(modelName),
          prompt: 'How is the weather?',
          ...THREE_STEPS,
          ...given,
          ...options,
        }
        if (streamed) return textOf(audited.ai.streamText({ ...request, ...QUIET }))
        return (await audited.ai.generateText(request)).text
      }

      describe(streamed ? 'streamed' : 'whole', () => {
        it('is a run with its model calls, tool calls and tokens', async () => {
          expect(await run('m', { tools: TOOLS })).to.equal('hello')

          expect(server.requests).to.have.length(2)
          expect(statuses()).to.deep.equal(['Started', 'Completed'])
          expect(audited.runs()[1]).to.include({
            agent_name: streamed ? 'streamText' : 'generateText',
            goal: 'How is the weather?',
            tokens_used: 36,
          })
          expect(audited.calls()).to.have.length(2)
          expect(audited.calls()[1]).to.include({
            provider: 'fake',
            model: 'm',
            operation: 'chat',
            prompt_tokens: 11,
            completion_tokens: 7,
            total_tokens: 18,
            cache_read_tokens: 3,
            reasoning_tokens: 2,
            response_model: 'real-model',
            response_id: 'chatcmpl-1',
            response_preview: 'hello',
            attempts: 1,
          })
          expect(audited.calls()[0]).to.include({ prompt_preview: 'How is the weather?' })
          expect(audited.tools()).to.have.length(1)
          expect(audited.tools()[0]).to.include({
            tool_name: 'weather',
            call_id: 'call_1',
            parameters: '{"city":"Paris"}',
            output_preview: 'Paris sunny',
            success: true,
          })
          const runIds = [...audited.events('ApiCall'), ...audited.events('ToolCall')].map(({ run_id }) => run_id)
          expect(new Set(runIds)).to.deep.equal(new Set([audited.events('AgentExecution')[0]?.run_id]))
        })

        it('that is asked anew after a failure is one model call', async () => {
          const modelName = `retry-503-1-${name}-${streamed}`
          expect(await run(modelName, { maxRetries: 1 })).to.equal('hello')
          expect(server.requests).to.have.length(2)
          expect(audited.calls()).to.have.length(1)
          expect(audited.calls()[0]).to.include({ attempts: 2, total_tokens: 18 }).and.not.have.property('error')
        })

        it('that fails is a failed run, with the status of the model call', async () => {
          await run('fail-400', { maxRetries: 0 }).catch(() => {})
          expect(audited.calls()).to.have.length(1)
          expect(audited.calls()[0]).to.include({ status_code: 400, error: 'failed with 400', error_type: '400' })
          expect(statuses()).to.deep.equal(['Started', 'Failed'])
        })

        it('that fails at last counts all attempts', async () => {
          await run('fail-429', { maxRetries: 1 }).catch(() => {})
          expect(server.requests).to.have.length(2)
          expect(audited.calls()).to.have.length(1)
          expect(audited.calls()[0]).to.include({ status_code: 429, attempts: 2 })
          expect(statuses()).to.deep.equal(['Started', 'Failed'])
        })

        it('whose tool fails has a failed tool call, and goes on', async () => {
          const tools = toolsThat(() => Promise.reject(new RangeError('no such city')))
          expect(await run('m', { tools })).to.equal('hello')
          expect(audited.tools()).to.have.length(1)
          expect(audited.tools()[0]).to.include({ success: false, error: 'no such city', error_type: 'RangeError' })
          expect(statuses()).to.deep.equal(['Started', 'Completed'])
        })

        it('whose tool yields what is preliminary has the last as its output', async () => {
          const execute = async function* (): AsyncGenerator<string> {
            yield await Promise.resolve('wait')
            yield 'sunny'
          }
          const tools = { weather: { ...TOOLS.weather, execute } }
          expect(await run('m', { tools })).to.equal('hello')
          expect(audited.tools()).to.have.length(1)
          expect(audited.tools()[0]).to.include({ success: true, output_preview: 'sunny' })
        })

        it('inside of a tool is a run in that run', async () => {
          const inner = (): Promise<string> =>
            audited.ai.generateText({ model: set.model('inner'), prompt: 'inner' }).then(({ text }) => text)
          await run('m', { tools: toolsThat(inner) })

          const [outer, nested] = audited.events('AgentExecution')
          expect(nested).to.include({ parent_run_id: outer?.run_id })
          expect(audited.runs().at(-1)).to.include({ tokens_used: 54, status: 'Completed' })
          expect(audited.calls()).to.have.length(3)
        })

        it('is named by its function id', async () => {
          await run('m', telemetry({ ...settings, functionId: 'forecast' }))
          expect(audited.runs()[0]).to.include({ agent_name: 'forecast' })
        })
      })
    }

    it('that is aborted is a cancelled run', async () => {
      const controller = new AbortController()
      const { signal: abortSignal } = controller
      const request = { model: set.model('hang'), prompt: 'x', abortSignal, ...given }
      const generated = audited.ai.generateText(request).catch((error: unknown) => error)
      while (server.requests.length === 0) await new Promise(resolve => setImmediate(resolve))
      controller.abort()

      expect(await generated).to.include({ name: 'AbortError' })
      expect(audited.calls()[0]).to.include({ error_type: 'cancelled' })
      expect(statuses()).to.deep.equal(['Started', 'Cancelled'])
    })

    it('that is aborted for a reason of its own is a cancelled run', async () => {
      const controller = new AbortController()
      const execute = (): Promise<never> => {
        const reason = new RangeError('no longer needed')
        controller.abort(reason)
        return Promise.reject(reason)
      }
      const request = { model: set.model('m'), prompt: 'x', abortSignal: controller.signal, ...THREE_STEPS, ...given }
      const generated = audited.ai.generateText({ ...request, tools: toolsThat(execute) })
      expect(await generated.catch((error: unknown) => error)).to.be.instanceOf(Error)

      expect(audited.tools()[0]).to.include({ success: false, error_type: 'cancelled' })
      expect(statuses()).to.deep.equal(['Started', 'Cancelled'])
    })

    it('whose stream is aborted is a cancelled run', async () => {
      const controller = new AbortController()
      const { signal: abortSignal } = controller
      const request = { model: set.model('drip-2'), prompt: 'x', abortSignal, ...QUIET, ...given }
      for await (const _ of audited.ai.streamText(request).textStream) controller.abort()

      expect(audited.calls()[0]).to.include({ error_type: 'cancelled' })
      expect(statuses()).to.deep.equal(['Started', 'Cancelled'])
    })

    it('whose stream breaks off is a failed run', async () => {
      await textOf(audited.ai.streamText({ model: set.model('cut'), prompt: 'x', ...QUIET, ...given })).catch(() => {})
      await collectGarbage(() => statuses().length < 2)
      expect(audited.calls()[0]).to.have.property('error')
      expect(statuses()).to.deep.equal(['Started', 'Failed'])
    })

    for (const [how, options] of [
      ['', () => ({})],
      [', though it could be aborted', () => ({ abortSignal: new AbortController().signal })],
    ] as const) {
      it(`whose reader leaves early is recorded once nothing can go on${how}`, async () => {
        await (async () => {
          const request = { model: set.model('m'), prompt: 'x', ...options(), ...given }
          for await (const _ of audited.ai.streamText(request).textStream) break
        })()
        await collectGarbage(() => statuses().length < 2)
        expect(audited.calls()).to.have.length(1)
        expect(audited.calls()[0]).to.not.have.property('error')
        expect(statuses()).to.deep.equal(['Started', 'Completed'])
      })
    }
  })
}

describe('ai: an answer in which a provider has parts of its own', () => {
  const set = auditedSetting()

  it('is shown without them', async function () {
    if (!IS_VERSION_7) skipBecause(this, 'ai 6 has no such parts')
    const { ai } = set.audited
    const wrapStream = async ({ doStream }: { doStream: () => PromiseLike<{ stream: ReadableStream }> }) => {
      const { stream, ...rest } = await doStream()
      const own = { type: 'custom', kind: 'fake.message_start', providerMetadata: { fake: { long: 'x'.repeat(300) } } }
      const start = (controller: TransformStreamDefaultController): void => controller.enqueue(own)
      return { ...rest, stream: stream.pipeThrough(new TransformStream({ start })) } as never
    }
    const model = ai.wrapLanguageModel({ model: set.model('m'), middleware: { wrapStream } })
    await textOf(ai.streamText({ model, tools: TOOLS, prompt: 'hi' }))
    expect(set.audited.calls()[0]?.response_preview).to.match(/^\[\{"type":"tool-call".*"toolName":"weather"/)
  })
})
