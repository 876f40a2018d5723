import { expect } from 'chai'
import { zodFunction } from 'openai/helpers/zod'
import { z } from 'zod'
import { OPENAI } from '../../../src/instrumentation/openai/openai-sdk.ts'
import { auditing } from '../support/audited.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { chat, clientOf, COPIES, EXPORTED, WEATHER } from './support.ts'

describe('openai: a tool', () => {
  const { exported } = COPIES[0]
  const audited = useAudited(() => auditing(OPENAI, ...EXPORTED))
  const server = useModelServer()

  function runnable(run: (args: { city: string }) => unknown) {
    const parse = (text: string): { city: string } => JSON.parse(text) as { city: string }
    return { ...WEATHER, function: { ...WEATHER.function, parse, function: run as (args: { city: string }) => string } }
  }

  it('that runTools() runs is a call with the id that the model gave it', async () => {
    const tools = [runnable(({ city }) => `${city} sunny`)]
    await clientOf(exported, server)
      .chat.completions.runTools({ ...chat('two-tools'), tools })
      .done()

    expect(
      audited
        .tools()
        .map(({ call_id, parameters, output_preview, success }) => ({ call_id, parameters, output_preview, success })),
    ).to.deep.equal([
      { call_id: 'call_1', parameters: '{"city":"Paris"}', output_preview: 'Paris sunny', success: true },
      { call_id: 'call_2', parameters: '{"city":"Rome"}', output_preview: 'Rome sunny', success: true },
    ])
  })

  it('that was made by zodFunction() is one too', async () => {
    const city = z.object({ city: z.string() })
    const weather = zodFunction({ name: 'weather', parameters: city, function: args => `${args.city} rainy` })
    await clientOf(exported, server)
      .chat.completions.runTools({ ...chat(), tools: [weather] })
      .done()

    expect(audited.tools()[0]).to.include({ tool_name: 'weather', call_id: 'call_1', output_preview: 'Paris rainy' })
  })

  it('that throws is a failed call, and the runner fails with the very error', async () => {
    const error = new Error('no weather today')
    const tools = [
      runnable(() => {
        throw error
      }),
    ]
    const runner = clientOf(exported, server).chat.completions.runTools({ ...chat(), tools })
    const thrown: unknown = await runner.done().then(
      () => undefined,
      (reason: unknown) => reason,
    )

    expect((thrown as Error).cause ?? thrown).to.equal(error)
    expect(audited.tools()[0]).to.include({ success: false, error: 'no weather today', error_type: 'Error' })
  })

  it('that asks a model makes a call of its own', async () => {
    const client = clientOf(exported, server)
    const tools = [runnable(async () => (await client.embeddings.create({ model: 'inner', input: 'x' })).model)]
    await client.chat.completions.runTools({ ...chat(), tools }).done()

    expect(audited.calls().map(({ model }) => model)).to.deep.equal(['m', 'inner', 'm'])
  })

  it('that is offered is in the log once, whoever runs it', async () => {
    const client = clientOf(exported, server)
    const tool = (name: string) => ({ type: 'function', function: { name, parameters: {} } }) as const
    await client.chat.completions.create({ ...chat(), tools: [tool('offered-1'), tool('offered-2')] })
    await client.chat.completions.create({ ...chat(), tools: [tool('offered-1')] })
    await client.responses.create({
      model: 'm',
      input: 'x',
      tools: [{ type: 'function', name: 'offered-3', parameters: {}, strict: null }, { type: 'web_search' }],
    })

    const offered = audited.security().filter(({ category }) => category === 'ToolsOffered')
    expect(offered.map(({ context }) => context['tools'])).to.deep.equal(['["offered-1","offered-2"]', '["offered-3"]'])
  })
})
