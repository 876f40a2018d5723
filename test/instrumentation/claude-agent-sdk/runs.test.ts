import { expect } from 'chai'
import { CLAUDE_AGENT_SDK } from '../../../src/instrumentation/claude-agent-sdk/claude-agent-sdk-sdk.ts'
import { auditing } from '../support/audited.ts'
import { useAudited } from '../support/set-up.ts'
import { HAS_BACKGROUND, messagesOf, optionsOf, SDK, TITLE } from './support.ts'
import type { Query } from './support.ts'

const RUNS = TITLE.includes('stand-in') ? 100 : 10

describe(`${TITLE}: a query`, () => {
  const audited = useAudited(() => auditing(CLAUDE_AGENT_SDK, SDK))

  const statuses = (): unknown[] => audited.runs().map(({ agent_name, status }) => [agent_name, status])
  const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    )

  it('is a run until its result, with the calls and tokens of that', async () => {
    await messagesOf(SDK.query({ prompt: 'tool please', options: optionsOf({ agent: 'helper' }) }))

    expect(statuses()).to.deep.equal([
      ['helper', 'Started'],
      ['helper', 'Completed'],
    ])
    // Twice 18 by the messages; the result counts more of the answers.
    expect(audited.runs()[1]).to.include({ goal: 'tool please', tokens_used: 42 })
    const [run] = audited.events('AgentExecution')
    expect(audited.calls()).to.have.length(2)
    expect(audited.tools()).to.have.length(1)
    for (const kind of ['ApiCall', 'ToolCall'] as const) {
      for (const event of audited.events(kind)) expect(event).to.include({ run_id: run?.run_id })
    }
  })

  it('of several prompts is one run', async () => {
    let answer = (): void => {}
    async function* prompts(): AsyncGenerator<object> {
      for (const content of ['one', 'two']) {
        const answered = new Promise<void>(resolve => (answer = resolve))
        yield { type: 'user', session_id: '', parent_tool_use_id: null, message: { role: 'user', content } }
        await answered
      }
    }
    for await (const { type } of SDK.query({ prompt: prompts(), options: optionsOf() })) {
      if (type === 'result') answer()
    }

    expect(audited.runs().map(({ status }) => status)).to.deep.equal(['Started', 'Running', 'Running', 'Completed'])
    expect(audited.calls().map(({ prompt_preview }) => prompt_preview)).to.deep.equal(['one', 'two'])
  })

  it('that ends with an error is a failed run', async () => {
    await thrownBy(messagesOf(SDK.query({ prompt: 'max-turns', options: optionsOf() })))

    expect(audited.runs().at(-1)).to.include({
      status: 'Failed',
      error_type: 'error_max_turns',
      error: 'too many turns',
    })
  })

  it('whose process dies is a failed run', async () => {
    const error = await thrownBy(messagesOf(SDK.query({ prompt: 'crash', options: optionsOf() })))

    expect(error).to.be.instanceOf(Error)
    expect(audited.runs().at(-1)).to.include({ status: 'Failed' })
  })

  it('that is left early is a cancelled run', async () => {
    for await (const message of SDK.query({ prompt: 'hang', options: optionsOf() })) {
      if (message.type === 'assistant') break
    }

    expect(audited.runs().at(-1)).to.include({ status: 'Cancelled' })
    expect(audited.calls()).to.have.length(1)
  })

  it('that is left when the agent has stopped, but before its result, is no cancelled run', async () => {
    let stop = (): void => {}
    const stopped = new Promise<void>(resolve => (stop = resolve))
    const hook = (): Promise<object> => {
      stop()
      return Promise.resolve({})
    }
    const options = optionsOf({ hooks: { Stop: [{ hooks: [hook] }] } })
    for await (const message of SDK.query({ prompt: 'hello', options })) {
      if (message.type !== 'assistant') continue
      await stopped
      // Ours is told right after.
      await new Promise(resolve => setTimeout(resolve, 30))
      break
    }

    expect(audited.runs().at(-1)).to.include({ status: 'Completed' })
  })

  it('that is interrupted is a cancelled run', async () => {
    const query = SDK.query({ prompt: promptOf('hang'), options: optionsOf() })
    for await (const message of query) {
      if (message.type === 'assistant') await query.interrupt()
      if (message.type === 'result') break
    }

    expect(audited.runs().at(-1)).to.include({ status: 'Cancelled' })
  })

  it('that is aborted is a cancelled run, with the error of the SDK', async () => {
    const abortController = new AbortController()
    const reading = async (): Promise<void> => {
      for await (const message of SDK.query({ prompt: 'hang', options: optionsOf({ abortController }) })) {
        if (message.type === 'assistant') abortController.abort()
      }
    }
    const error = await thrownBy(reading())

    expect(error).to.be.instanceOf(SDK.AbortError)
    expect(audited.runs().at(-1)).to.include({ status: 'Cancelled' })
  })

  it('has the runs of its subagents nested in it, with their own calls and tools', async () => {
    await messagesOf(SDK.query({ prompt: 'subagent', options: optionsOf() }))

    expect(statuses()).to.deep.equal([
      ['claude', 'Started'],
      ['reviewer', 'Started'],
      ['reviewer', 'Completed'],
      ['claude', 'Completed'],
    ])
    const [root, nested] = audited.events('AgentExecution')
    expect(nested).to.include({ parent_run_id: root?.run_id })
    expect(audited.runs()[1]).to.include({ goal: 'Review it.' })
    expect(audited.runs()[2]).to.include({ tokens_used: 22 })
    const runsOf = (kind: 'ApiCall' | 'ToolCall') => audited.events(kind).map(({ run_id }) => run_id)
    expect(runsOf('ToolCall')).to.have.members([root?.run_id, nested?.run_id])
    expect(runsOf('ApiCall').filter(id => id === nested?.run_id)).to.have.length(2)
    expect(runsOf('ApiCall').filter(id => id === root?.run_id)).to.have.length(2)
  })

  it('whose subagent works on in the background goes on after its first result', async function () {
    if (!HAS_BACKGROUND) {
      console.log('skipped: claude-agent-sdk is older than 0.3.0: one prompt has one result')
      this.skip()
    }
    await messagesOf(SDK.query({ prompt: 'background', options: optionsOf() }))

    expect(statuses()).to.deep.equal([
      ['claude', 'Started'],
      ['reviewer', 'Started'],
      ['reviewer', 'Completed'],
      ['claude', 'Completed'],
    ])
    const [, nested] = audited.events('AgentExecution')
    const own = (kind: 'ApiCall' | 'ToolCall') => audited.events(kind).filter(({ run_id }) => run_id === nested?.run_id)
    expect(own('ApiCall')).to.have.length(2)
    expect(own('ToolCall')).to.have.length(1)
    expect(audited.tools().map(({ success }) => success)).to.deep.equal([true, true])
    // Five answers of 21 tokens by the last result.
    expect(audited.runs().at(-1)).to.include({ tokens_used: 105 })
  })

  for (const [title, leave] of [
    ['aborted', (_: Query, abort: () => void) => abort()],
    ['closed', (query: Query, abort: () => void) => (query.close === undefined ? abort() : query.close())],
  ] as const) {
    it(`that is ${title} while it asks our hooks leaves no rejection that nobody handles`, async () => {
      const unhandled: unknown[] = []
      const note = (reason: unknown): void => void unhandled.push(reason)
      process.on('unhandledRejection', note)
      const abortController = new AbortController()
      const query = SDK.query({ prompt: 'tool', options: optionsOf({ abortController }) })
      const reading = async (): Promise<void> => {
        for await (const { type } of query) if (type === 'assistant') leave(query, () => abortController.abort())
      }
      await thrownBy(reading())
      // The hook's answer fails a little later.
      await new Promise(resolve => setTimeout(resolve, 30))
      process.off('unhandledRejection', note)

      expect(unhandled).to.be.empty
      expect(audited.runs().at(-1)).to.include({ status: 'Cancelled' })
    })
  }

  it('that asks our hooks after its result is answered by nobody', async () => {
    const failures: unknown[] = []
    const listeners = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException').on('uncaughtException', error => failures.push(error))
    try {
      await messagesOf(SDK.query({ prompt: 'late-hook', options: optionsOf() }))
      await new Promise(resolve => setTimeout(resolve, 30))
    } finally {
      process.removeAllListeners('uncaughtException')
      for (const listener of listeners) process.on('uncaughtException', listener)
    }

    expect(failures).to.be.empty
    expect(audited.runs().at(-1)).to.include({ status: 'Completed' })
  })

  it(`has exactly its own calls and tools among ${RUNS} at once`, async () => {
    await Promise.all(
      Array.from({ length: RUNS }, (_, index) =>
        messagesOf(SDK.query({ prompt: 'tool', options: optionsOf({ agent: `agent-${index}` }) })),
      ),
    )

    const runs = new Map(audited.events('AgentExecution').map(({ run_id, actor_id }) => [run_id, actor_id]))
    expect(runs.size).to.equal(RUNS)
    for (const [kind, each] of [
      ['ApiCall', 2],
      ['ToolCall', 1],
    ] as const) {
      expect(audited.events(kind)).to.have.length(each * RUNS)
      for (const { run_id, actor_id } of audited.events(kind)) expect(actor_id).to.equal(runs.get(run_id))
    }
    const completed = audited.runs().filter(({ status }) => status === 'Completed')
    expect(new Set(completed.map(({ tokens_used }) => tokens_used))).to.deep.equal(new Set([42]))
  })
})

/** A prompt that leaves the process listening. */
async function* promptOf(content: string): AsyncGenerator<object> {
  yield { type: 'user', session_id: '', parent_tool_use_id: null, message: { role: 'user', content } }
  await new Promise(() => {})
}
