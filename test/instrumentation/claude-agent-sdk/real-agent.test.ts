import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { CLAUDE_AGENT_SDK } from '../../../src/instrumentation/claude-agent-sdk/claude-agent-sdk-sdk.ts'
import type { AgentExecutionData } from '../../../src/events/kinds.ts'
import { auditing } from '../support/audited.ts'
import type { Audited } from '../support/audited.ts'
import { useModelServer } from '../support/set-up.ts'
import { skipBecause } from '../../support/skip-because.ts'
import { makeRealAgent, problemOf } from './real-agent.ts'
import type { RealAgent } from './real-agent.ts'
import { messagesOf, SDK, SDK_FOLDER } from './support.ts'
import type { Message, Options } from './support.ts'

const TOKENS = 22

describe("claude-agent-sdk with the agent's own program", function () {
  if (SDK_FOLDER === undefined) {
    it('is tried where the package is installed', function () {
      skipBecause(this, 'the Claude Agent SDK is not installed; the version matrix tries it')
    })
    return
  }
  this.timeout(60_000)
  const server = useModelServer()
  let agent: RealAgent
  let audited: Audited
  let made = 0

  before(async function () {
    agent = makeRealAgent(server.url)
    // Without an audit: what does not start for this reason is to be seen.
    const problem = await problemOf(agent)
    if (problem !== undefined) {
      console.log(`skipped: ${problem}`)
      this.skip()
    }
    audited = auditing(CLAUDE_AGENT_SDK, SDK)
  })
  beforeEach(() => {
    audited.clear()
    server.clear()
  })
  after(async () => {
    await audited?.stop()
    agent.remove()
  })

  const ask = (prompt: string, more: Options = {}, model?: string): Promise<Message[]> =>
    messagesOf(SDK.query({ prompt, options: agent.options(more, model) }))
  const use = (tool: string, input: object): string => `Go on.\n${tool} ${JSON.stringify(input)}`
  const denials = () => audited.security().filter(({ category }) => category === 'PermissionDenied')
  /** Of the query itself: some versions begin subagents of their own, to be quicker later. */
  const lastOfQuery = (): AgentExecutionData | undefined =>
    audited.runs().findLast(({ agent_name }) => agent_name === 'claude')
  const requests = () => server.requests.filter(({ path, raw }) => path.includes('/messages') && !/"Warmup"/.test(raw))
  const touch = () => {
    const file = join(agent.home, `made-${++made}`)
    return { file, prompt: use('Bash', { command: `touch ${file}`, description: 'makes a file' }) }
  }

  it('records an answer with all its tokens', async () => {
    const messages = await ask('Say hello.')

    expect(messages.at(-1)).to.include({ type: 'result', result: 'hello' })
    expect(audited.calls()).to.have.length(1)
    expect(audited.calls()[0]).to.include({
      provider: new URL(server.url).host,
      operation: 'chat',
      prompt_preview: 'Say hello.',
      response_preview: 'hello',
      prompt_tokens: 15,
      completion_tokens: 7,
      attempts: 1,
    })
    expect(requests()).to.have.length(1)
    expect(lastOfQuery()).to.include({ status: 'Completed', goal: 'Say hello.' })
  })

  it('records a tool that it lets run, and as many calls as it makes', async () => {
    await ask(use('Read', { file_path: agent.file }))

    expect(audited.tools()).to.have.length(1)
    expect(audited.tools()[0]).to.include({
      tool_name: 'Read',
      parameters: JSON.stringify({ file_path: agent.file }),
      success: true,
      permission_granted: true,
      decision: 'Allow',
    })
    expect(audited.tools()[0]?.output_preview).to.include('contents')
    expect(audited.calls()).to.have.length(2)
    expect(requests()).to.have.length(2)
  })

  it('records one call where tools run while the model goes on', async () => {
    const prompt = `${use('Read', { file_path: agent.file })}\n${use('Read', { file_path: `${agent.file}.none` })}`
    await ask(prompt, {}, 'told-tools-drip-60')

    expect(audited.tools().map(({ success }) => success)).to.have.members([true, false])
    expect(audited.calls()).to.have.length(2)
    expect(requests()).to.have.length(2)
  })

  it('records a tool that `canUseTool` denies as denied, and it has not run', async () => {
    const { file, prompt } = touch()
    await ask(prompt, { canUseTool: () => Promise.resolve({ behavior: 'deny', message: 'not today' }) })

    expect(existsSync(file)).to.equal(false)
    expect(audited.tools()).to.have.length(1)
    expect(audited.tools()[0]).to.include({ decision: 'Deny', decided_by: 'canUseTool', decision_reason: 'not today' })
    expect(denials()).to.have.length(1)
    const requested = audited.security().filter(({ category }) => category === 'PermissionRequested')
    expect(requested).to.have.length(1)
    expect(requested[0]?.context).to.include({ call_id: audited.tools()[0]?.call_id })
  })

  it('records what has run where `canUseTool` gives other input', async () => {
    const { file, prompt } = touch()
    const updatedInput = { command: `touch ${file}-other`, description: 'makes another' }
    await ask(prompt, { canUseTool: () => Promise.resolve({ behavior: 'allow', updatedInput }) })

    expect([existsSync(file), existsSync(`${file}-other`)]).to.deep.equal([false, true])
    expect(audited.tools()[0]).to.include({ success: true, parameters: JSON.stringify(updatedInput) })
  })

  it('records a tool that nobody may allow as denied, and it has not run', async () => {
    const { file, prompt } = touch()
    await ask(prompt)

    expect(existsSync(file)).to.equal(false)
    expect(audited.tools()).to.have.length(1)
    expect(audited.tools()[0]).to.include({ success: false, permission_granted: false, decision: 'Deny' })
    expect(audited.tools()[0]?.decision_reason).to.not.be.oneOf([undefined, ''])
    expect(denials()).to.have.length(1)
  })

  it('records a subagent as a nested run with what it does, until the last result', async () => {
    const inner = {
      description: 'read',
      subagent_type: 'general-purpose',
      prompt: use('Read', { file_path: agent.file }),
    }
    // It has had two names.
    const messages = await ask(`${use('Agent', inner)}\n${use('Task', inner)}`)

    const ended = audited.runs().filter(({ status }) => status !== 'Started')
    expect(ended.map(({ status }) => status)).to.satisfy((all: string[]) => all.every(each => each === 'Completed'))
    expect(audited.runs().at(-1)).to.include({ agent_name: 'claude' })
    const nested = audited.events('AgentExecution').find(({ actor_id }) => actor_id === 'general-purpose')
    const [read] = audited
      .events('ToolCall')
      .filter(({ event_type: { data } }) => 'output_preview' in data && data.tool_name === 'Read')
    expect(read).to.include({ run_id: nested?.run_id })
    expect(audited.tools().map(({ success }) => success)).to.deep.equal([true, true])
    const usage = Object.values(messages.findLast(({ type }) => type === 'result')?.modelUsage ?? {})
    const names = ['inputTokens', 'outputTokens', 'cacheReadInputTokens', 'cacheCreationInputTokens']
    const total = usage.flatMap(each => names.map(name => Number(each[name]))).reduce((sum, count) => sum + count, 0)
    expect(total).to.be.at.least(4 * TOKENS)
    expect(lastOfQuery()).to.include({ tokens_used: total })
  })

  it('records a failed answer', async () => {
    await ask('Say hello.', {}, 'fail-400').catch(() => {})

    expect(audited.calls()).to.have.length(1)
    expect(audited.calls()[0]).to.include({ model: 'fail-400', usage_unknown: true })
    expect(audited.calls()[0]?.error).to.include('failed with 400')
    expect(lastOfQuery()).to.include({ status: 'Failed' })
  })

  it('may be aborted while it asks our hooks', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    const abortController = new AbortController()
    const prompt = use('Read', { file_path: agent.file })
    const reading = async (): Promise<void> => {
      for await (const { type } of SDK.query({ prompt, options: agent.options({ abortController }) })) {
        if (type === 'assistant') abortController.abort()
      }
    }
    const error = await reading().catch((thrown: unknown) => thrown)
    await new Promise(resolve => setTimeout(resolve, 100))
    process.off('unhandledRejection', note)

    expect(error).to.be.instanceOf(Error)
    expect(unhandled).to.be.empty
    expect(lastOfQuery()).to.include({ status: 'Cancelled' })
  })
})
