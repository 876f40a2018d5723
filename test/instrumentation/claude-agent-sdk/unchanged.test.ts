import { expect } from 'chai'
import { CLAUDE_AGENT_SDK } from '../../../src/instrumentation/claude-agent-sdk/claude-agent-sdk-sdk.ts'
import { listAttachments } from '../../../src/instrumentation/attachments.ts'
import { auditing } from '../support/audited.ts'
import { messagesOf, NAMESPACE, optionsOf, SDK, TITLE } from './support.ts'
import type { Options } from './support.ts'

const PROMPTS = ['hello', 'tool', 'tool-fails', 'rule-denies', 'subagent', 'partial', 'max-turns', 'crash']

describe(`${TITLE}: to the application everything is as without an audit:`, () => {
  /** What the application gets to see. */
  async function seen(prompt: string): Promise<unknown> {
    const heard: unknown[] = []
    const hook = (input: object, id: string | undefined): Promise<object> => {
      heard.push([input, id])
      return Promise.resolve({})
    }
    const options: Options = optionsOf({
      hooks: { PreToolUse: [{ matcher: '*', hooks: [hook] }], Stop: [{ hooks: [hook] }] },
      canUseTool: (name, input) => {
        heard.push([name, input])
        return Promise.resolve({ behavior: 'allow', updatedInput: input })
      },
    })
    const before = { ...options }
    const messages: unknown[] = []
    const error = await messagesOf(SDK.query({ prompt, options })).then(
      all => void messages.push(...all),
      (thrown: unknown) => [(thrown as Error).constructor.name, (thrown as Error).message],
    )
    expect(options).to.deep.equal(before)
    expect(options.hooks?.['PreToolUse']).to.have.length(1)
    return { messages, heard, error }
  }

  for (const prompt of PROMPTS) {
    it(`a prompt with the outcome ${prompt}`, async () => {
      const without = await seen(prompt)
      const audited = auditing(CLAUDE_AGENT_SDK, SDK)
      try {
        expect(await seen(prompt)).to.deep.equal(without)
        expect(audited.runs()).to.have.length.greaterThan(1)
      } finally {
        await audited.stop()
      }
    })
  }

  it('the query keeps its class and methods', async () => {
    const plain = SDK.query({ prompt: 'hello', options: optionsOf() })
    await messagesOf(plain)
    const audited = auditing(CLAUDE_AGENT_SDK, SDK)
    const query = SDK.query({ prompt: promptsOf('hello'), options: optionsOf() })
    await query.setPermissionMode('plan')
    await messagesOf(query)

    expect(query.constructor).to.equal(plain.constructor)
    expect(Object.keys(query)).to.deep.equal(Object.keys(plain))
    await audited.stop()
  })

  it('a detached instrumentation leaves the very function that was there', async () => {
    const before: unknown = Reflect.get(SDK, 'query')
    const audited = auditing(CLAUDE_AGENT_SDK, SDK)
    expect(Reflect.get(SDK, 'query')).to.not.equal(before)
    await audited.stop()

    expect(Reflect.get(SDK, 'query')).to.equal(before)
    await messagesOf(SDK.query({ prompt: 'hello', options: optionsOf() }))
    expect(audited.runs()).to.be.empty
  })

  it('exports that cannot be written are said to be left alone', async () => {
    const audited = auditing(CLAUDE_AGENT_SDK, NAMESPACE)
    await audited.stop()

    const problems = listAttachments().filter(({ sdk, problem }) => sdk === 'claude-agent-sdk' && problem !== undefined)
    expect(problems).to.have.length(1)
  })
})

async function* promptsOf(content: string): AsyncGenerator<object> {
  yield { type: 'user', session_id: '', parent_tool_use_id: null, message: { role: 'user', content } }
}
