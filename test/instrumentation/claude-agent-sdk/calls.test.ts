import { expect } from 'chai'
import { CLAUDE_AGENT_SDK } from '../../../src/instrumentation/claude-agent-sdk/claude-agent-sdk-sdk.ts'
import { auditing } from '../support/audited.ts'
import { useAudited } from '../support/set-up.ts'
import { messagesOf, optionsOf, SDK, TITLE } from './support.ts'

describe(`${TITLE}: a model call`, () => {
  const audited = useAudited(() => auditing(CLAUDE_AGENT_SDK, SDK))

  const ask = async (prompt: string, env: Record<string, string> = {}): Promise<void> => {
    const options = optionsOf()
    const reading = messagesOf(
      SDK.query({ prompt, options: { ...options, env: { ...(options['env'] as object), ...env } } }),
    )
    // An answer that is an error is thrown by some versions as well.
    await reading.catch(() => {})
  }

  it('is one for all parts of a message, recorded whole', async () => {
    await ask('tool')

    expect(audited.calls()).to.have.length(2)
    expect(audited.calls()[0]).to.include({
      provider: 'anthropic',
      model: 'fake-model',
      operation: 'chat',
      response_id: 'msg_1',
      prompt_preview: 'tool',
      response_preview: 'using Bash',
      prompt_tokens: 11,
      cache_read_tokens: 3,
      attempts: 1,
    })
    const { request_time, response_time, latency_ms } = audited.calls()[0] ?? {}
    expect(Date.parse(response_time ?? '') - Date.parse(request_time ?? '')).to.equal(latency_ms)
    expect(audited.calls()[1]).to.include({ response_id: 'msg_2', response_preview: 'hello' })
  })

  it('has no output tokens where it was told before the model ended', async () => {
    await ask('tool')

    for (const call of audited.calls()) {
      expect(call).to.include({ completion_tokens: 0, total_tokens: 11, usage_unknown: true })
    }
  })

  it('that is the only one has the output tokens of the result', async () => {
    await ask('hello')

    expect(audited.calls()).to.have.length(1)
    expect(audited.calls()[0]).to.include({ prompt_tokens: 11, completion_tokens: 10, total_tokens: 21 })
    expect(audited.calls()[0]).to.not.have.property('usage_unknown')
  })

  it('whose tool has run before the model ended is one', async () => {
    await ask('early-tool')

    expect(audited.calls().map(({ response_id }) => response_id)).to.deep.equal(['msg_1', 'msg_2'])
    expect(audited.calls()[0]?.response_preview).to.match(/^using Bash.*, and more$/s)
    expect(audited.runs().at(-1)).to.include({ tokens_used: 42 })
  })

  it('that streams has the tokens of its end', async () => {
    await ask('partial')

    expect(audited.calls()).to.have.length(1)
    expect(audited.calls()[0]).to.include({ prompt_tokens: 11, completion_tokens: 10, response_preview: 'partly' })
  })

  it('that was retried is one with the number of its attempts', async () => {
    await ask('retried')

    expect(audited.calls()).to.have.length(1)
    expect(audited.calls()[0]).to.include({ attempts: 3, response_preview: 'hello' })
  })

  it('that failed is a failed one, of the model that was asked', async () => {
    await ask('api-error')

    expect(audited.calls()).to.have.length(1)
    expect(audited.calls()[0]).to.include({
      model: 'fake-model',
      error: 'API Error: 429',
      error_type: 'rate_limit',
      usage_unknown: true,
    })
    expect(audited.runs().at(-1)).to.include({ status: 'Failed', error: 'API Error: 429' })
  })

  for (const [env, provider] of [
    [{ CLAUDE_CODE_USE_BEDROCK: '1' }, 'aws.bedrock'],
    [{ CLAUDE_CODE_USE_VERTEX: '1' }, 'gcp.vertex_ai'],
    [{ ANTHROPIC_BASE_URL: 'https://gateway.example.com/v1' }, 'gateway.example.com'],
  ] as const) {
    it(`with ${Object.keys(env).join()} goes to ${provider}`, async () => {
      await ask('hello', env)
      expect(audited.calls()[0]).to.include({ provider })
    })
  }
})
