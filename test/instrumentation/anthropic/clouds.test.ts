import type { Anthropic } from '@anthropic-ai/sdk'
import { expect } from 'chai'
import { ANTHROPIC } from '../../../src/instrumentation/anthropic/anthropic-sdk.ts'
import { skipBecause } from '../../support/skip-because.ts'
import { AuditInstrumentation } from '../../../src/instrumentation/audit-instrumentation.ts'
import { auditing } from '../support/audited.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { cloudClientOf, CLOUDS, installedClouds } from './clouds.ts'
import { COPIES, errorOf, EXPORTED, hasMethod, itemsOf, message, runnerBody } from './support.ts'

const TOKENS = { prompt_tokens: 15, completion_tokens: 7, cache_read_tokens: 3, cache_write_tokens: 1 }

const installed = await installedClouds()

for (const cloud of installed) {
  const { className, packageName, provider, copies } = cloud
  describe(`${packageName}: a call of ${className}`, () => {
    const server = useModelServer()
    const audited = useAudited(() => auditing(ANTHROPIC, ...EXPORTED))

    for (const { name, exported } of copies) {
      const clientOf = (maxRetries = 0): Anthropic => cloudClientOf(cloud, exported, { url: server.url, maxRetries })

      it(`is recorded whole, ${name}`, async () => {
        await clientOf().messages.create(message())

        expect(audited.calls()).to.have.length(1)
        expect(audited.calls()[0]).to.include({
          ...TOKENS,
          provider,
          model: 'm',
          response_model: 'claude-real',
          status_code: 200,
          attempts: 1,
          prompt_preview: 'Say hello.',
          response_preview: 'hello',
        })
      })

      it(`that streams has its tokens, by create() and by stream(), ${name}`, async () => {
        const { messages, beta } = clientOf()
        await itemsOf(await messages.create({ ...message(), stream: true }))
        await messages.stream(message()).finalMessage()
        await beta.messages.create(message())

        expect(audited.calls()).to.have.length(3)
        for (const call of audited.calls()) {
          expect(call).to.include({ ...TOKENS, provider, response_preview: 'hello', status_code: 200, attempts: 1 })
        }
      })

      it(`that fails is recorded with its status, whole and streaming, ${name}`, async () => {
        await errorOf(clientOf().messages.create(message('fail-429')))
        await errorOf(clientOf().messages.create({ ...message('fail-400'), stream: true }))

        expect(audited.calls()).to.have.length(2)
        expect(audited.calls()[0]).to.include({ provider, status_code: 429, error_type: '429', attempts: 1 })
        expect(audited.calls()[1]).to.include({ provider, status_code: 400, error_type: '400', attempts: 1 })
      })

      it(`that is retried is one call with the number of its attempts, ${name}`, async () => {
        await clientOf(2).messages.create(message(`retry-429-2-${className}-${name}`))

        expect(audited.calls()).to.have.length(1)
        expect(audited.calls()[0]).to.include({ ...TOKENS, attempts: 3, status_code: 200 })
      })

      it(`whose stream is left early ends there; one that breaks is a failed call, ${name}`, async () => {
        const { messages } = clientOf()
        for await (const { type } of await messages.create({ ...message('drip-5'), stream: true })) {
          if (type === 'content_block_delta') break
        }
        expect(await errorOf(itemsOf(await messages.create({ ...message('cut'), stream: true })))).to.be.instanceOf(
          Error,
        )

        const [left, broken] = audited.calls()
        expect(audited.calls()).to.have.length(2)
        expect(left).to.include({ response_preview: 'hel' }).and.not.have.property('error')
        expect(broken).to.have.property('error')
      })

      it(`of a tool runner is recorded, with its tools, ${name}`, async function () {
        const { messages } = clientOf().beta
        if (!hasMethod(messages, 'toolRunner')) skipBecause(this, 'this version has no toolRunner()')
        await messages.toolRunner(runnerBody(({ city }) => `${city} sunny`, { stream: true }))

        expect(audited.calls()).to.have.length(2)
        expect(audited.tools()).to.have.length(1)
        expect(audited.tools()[0]).to.include({ tool_name: 'weather', output_preview: 'Paris sunny' })
      })

      it(`is sent, and answered, as without an audit, ${name}`, async () => {
        const seen = async (): Promise<object> => {
          server.clear()
          const { messages } = clientOf()
          const whole = await messages.create(message())
          const events = await itemsOf(await messages.create({ ...message(), stream: true }))
          const error = (await errorOf(messages.create(message('fail-400')))) as Error
          const requests = server.requests.map(({ path, raw }) => ({ path, raw }))
          return { whole, events, error: [error.constructor.name, error.message], requests }
        }
        const with_ = await seen()
        expect(audited.calls()).to.have.length(3)
        await audited.stop()
        try {
          expect(await seen()).to.deep.equal(with_)
        } finally {
          Object.assign(audited, auditing(ANTHROPIC, ...EXPORTED))
        }
      })
    }
  })
}

describe("@anthropic-ai/sdk: other clouds' clients", () => {
  const server = useModelServer()
  const audited = useAudited(() => auditing(ANTHROPIC, ...EXPORTED))

  it('are audited, those of every package', function () {
    const missing = CLOUDS.filter(({ className }) => !installed.some(each => each.className === className))
    if (missing.length > 0) skipBecause(this, `not installed: ${missing.map(({ className }) => className).join(', ')}`)
    expect(installed).to.have.length(CLOUDS.length)
  })

  it('have a failed call where Bedrock ends a stream with an exception', async function () {
    const bedrock = installed.find(({ className }) => className === 'AnthropicBedrock')
    if (bedrock === undefined) skipBecause(this, '@anthropic-ai/bedrock-sdk is not installed')
    for (const { exported } of bedrock.copies) {
      const { messages } = cloudClientOf(bedrock, exported, server)
      const stream = await messages.create({ ...message('throttled'), stream: true })
      expect(await errorOf(itemsOf(stream))).to.be.instanceOf(Error)
    }

    expect(audited.calls()).to.have.length(bedrock.copies.length)
    for (const call of audited.calls()) expect(call).to.include({ status_code: 200 }).and.have.property('error')
  })

  it('are told by their class where they ask a gateway', async () => {
    for (const { exported } of COPIES) {
      class AnthropicVertex extends exported.Anthropic {}
      class Derived extends AnthropicVertex {}
      await new Derived({ apiKey: 'none', baseURL: server.url }).messages.create(message())
    }

    expect(audited.calls().map(({ provider }) => provider)).to.deep.equal(['gcp.vertex_ai', 'gcp.vertex_ai'])
  })

  it('are no package that is audited where the SDK below is not', async () => {
    class AnthropicVertex extends Map {}
    const instrumentation = new AuditInstrumentation(ANTHROPIC)
    instrumentation.enable()
    instrumentation.attachTo({ AnthropicVertex }, '@anthropic-ai/vertex-sdk')
    instrumentation.disable()

    const said = audited.security().map(({ message: text }) => text)
    expect(said.join()).to.include('Calls of @anthropic-ai/vertex-sdk are not audited: hand over the')
  })
})
