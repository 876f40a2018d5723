import { expect } from 'chai'
import { z } from 'zod'
import { startModelCall } from '../../../src/instrumentation/observed-calls.ts'
import { listTools } from '../../../src/instrumentation/tool-registry.ts'
import { countAttempt, isModelCallClaimed } from '../../../src/pipeline/observe/call-claim.ts'
import { auditedSetting, providerOf, telemetry, textOf, THREE_STEPS, TOOLS } from './support.ts'

const GREETING = z.object({ greeting: z.string() })

describe('ai: model calls', () => {
  const set = auditedSetting()

  it('the request that is sent is an attempt at the call, and no call of its own', async () => {
    const seen: boolean[] = []
    const fetching: typeof fetch = async (...args) => {
      seen.push(isModelCallClaimed())
      const inner = startModelCall({ provider: 'inner', model: 'm' })
      inner.begin()
      countAttempt('inner')
      const response = await fetch(...args)
      inner.tell({ statusCode: response.status })
      inner.end({ kind: 'returned', value: undefined })
      return response
    }
    const provider = providerOf({ ...set.server, fetch: fetching })
    await set.audited.ai.generateText({ model: provider('m'), prompt: 'x' })
    await textOf(set.audited.ai.streamText({ model: provider('m'), prompt: 'x' }))
    await set.audited.ai.generateObject({ model: provider('m'), prompt: 'x', schema: GREETING })
    await set.audited.ai.embed({ model: provider.embeddingModel('m'), value: 'x' })

    expect(seen).to.deep.equal([true, true, true, true])
    const expected = Array.from({ length: 4 }, () => ({ provider: 'fake', status_code: 200, attempts: 1 }))
    expect(
      set.audited.calls().map(({ provider: by, status_code, attempts }) => ({ provider: by, status_code, attempts })),
    ).to.deep.equal(expected)
  })

  it('what telemetry is not to carry is recorded all the same', async () => {
    const settings = telemetry({ recordInputs: false, recordOutputs: false })
    await set.audited.ai.generateText({
      model: set.model('m'),
      prompt: 'a prompt',
      tools: TOOLS,
      ...THREE_STEPS,
      ...settings,
    })
    expect(set.audited.calls()[1]).to.include({ prompt_preview: 'a prompt', response_preview: 'hello' })
    expect(set.audited.tools()[0]).to.include({ parameters: '{"city":"Paris"}', output_preview: 'Paris sunny' })
  })

  it('tools that run here are known before they are called', async () => {
    const { weather } = TOOLS
    await set.audited.ai.generateText({ model: set.model('m'), prompt: 'x', tools: { never_called: weather } })
    expect(listTools().get('ai')).to.include('never_called')
  })

  it('a model that a step chooses is audited, and seen by the application as its own', async () => {
    const chosen = set.model('chosen')
    const given = set.model('given')
    const seen: unknown[] = []
    await set.audited.ai.generateText({
      model: given,
      prompt: 'x',
      prepareStep: ({ model: current }) => {
        seen.push(current === given)
        return { model: chosen }
      },
      ...telemetry({ isEnabled: false }),
    })
    expect(seen).to.deep.equal([true])
    expect(set.audited.calls().map(({ model: name }) => name)).to.deep.equal(['chosen'])
  })

  it('a model that is given by its name is audited', async () => {
    const previous: unknown = Reflect.get(globalThis, 'AI_SDK_DEFAULT_PROVIDER')
    Reflect.set(globalThis, 'AI_SDK_DEFAULT_PROVIDER', set.model)
    try {
      await set.audited.ai.generateText({ model: 'by-name', prompt: 'x', ...telemetry({ isEnabled: false }) })
    } finally {
      Reflect.set(globalThis, 'AI_SDK_DEFAULT_PROVIDER', previous)
    }
    expect(set.audited.calls().map(({ model: name }) => name)).to.deep.equal(['by-name'])
  })
})
