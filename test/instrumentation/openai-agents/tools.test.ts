import { expect } from 'chai'
import { KansaError } from '../../../src/errors.ts'
import { OPENAI_AGENTS } from '../../../src/instrumentation/openai-agents/openai-agents-sdk.ts'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import { auditing } from '../support/audited.ts'
import type { Audited } from '../support/audited.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { ATTACHED, COPIES, errorOf, runnerOf, weatherOf } from './support.ts'

for (const copy of COPIES) {
  const { agents } = copy
  const { Agent } = agents

  describe(`openai-agents, ${copy.name}: a tool`, () => {
    const audited = useAudited(() => auditing(OPENAI_AGENTS, ...ATTACHED))
    const server = useModelServer()

    it('is a call with the id that the model gave it', async () => {
      await runnerOf(copy, server).run(new Agent({ name: 'a', model: 'two-tools', tools: [weatherOf(copy)] }), 'x')

      const seen = audited.tools().map(({ tool_name, call_id, parameters, output_preview, success }) => ({
        tool_name,
        call_id,
        parameters,
        output_preview,
        success,
      }))
      const called = { tool_name: 'weather', success: true }
      expect(seen).to.have.deep.members([
        { ...called, call_id: 'call_1', parameters: '{"city":"Paris"}', output_preview: 'Paris sunny' },
        { ...called, call_id: 'call_2', parameters: '{"city":"Rome"}', output_preview: 'Rome sunny' },
      ])
      expect(audited.tools().some(({ decision }) => decision !== undefined)).to.equal(false)
    })

    it('that throws is a failed call, though the model gets an answer and the run goes on', async () => {
      const execute = (): never => {
        throw new TypeError('no weather today')
      }
      const tools = [weatherOf(copy, { execute })]
      await runnerOf(copy, server).run(new Agent({ name: 'a', model: 'm', tools }), 'x')

      expect(audited.tools()[0]).to.include({ success: false, error_type: 'tool_error' })
      // What the model is told: the later versions keep the error from it.
      expect(audited.tools()[0]?.error).to.match(/^An error occurred|no weather today$/)
      expect(audited.runs().at(-1)).to.include({ status: 'Completed' })
    })

    it('that throws and takes the run with it is a failed call', async () => {
      const execute = (): never => {
        throw new TypeError('no weather today')
      }
      const tools = [weatherOf(copy, { execute, errorFunction: null })]
      const error = await errorOf(runnerOf(copy, server).run(new Agent({ name: 'a', model: 'm', tools }), 'x'))

      expect(error).to.be.instanceOf(agents.ToolCallError)
      expect(audited.tools()).to.have.length(1)
      expect(audited.tools()[0]).to.include({ success: false, error_type: 'TypeError', error: 'no weather today' })
      expect(audited.runs().at(-1)).to.include({ status: 'Failed' })
    })

    it('whose answer only reads like an error is no failed call', async () => {
      const tools = [weatherOf(copy, { execute: () => 'Error: is what I was asked to say' })]
      await runnerOf(copy, server).run(new Agent({ name: 'a', model: 'm', tools }), 'x')

      expect(audited.tools()[0]).to.include({ success: true, output_preview: 'Error: is what I was asked to say' })
    })

    it('that throws beside another one that throws is a failed call too', async () => {
      const execute = ({ city }: { city: string }): never => {
        throw new TypeError(`no weather in ${city}`)
      }
      const tools = [weatherOf(copy, { execute, errorFunction: null })]
      await errorOf(runnerOf(copy, server).run(new Agent({ name: 'a', model: 'two-tools', tools }), 'x'))

      expect(audited.tools().map(({ success, error_type }) => [success, error_type])).to.deep.equal([
        [false, 'TypeError'],
        [false, 'TypeError'],
      ])
      expect(audited.tools().map(({ error }) => error)).to.have.members(['no weather in Paris', 'no weather in Rome'])
    })

    it('that takes longer than it may is a failed call', async () => {
      const execute = (): Promise<string> => new Promise(() => {})
      const tool = { ...weatherOf(copy, { execute }), timeoutMs: 1 } as never
      await runnerOf(copy, server).run(new Agent({ name: 'a', model: 'm', tools: [tool] }), 'x')

      expect(audited.tools()[0]).to.include({ success: false, error_type: 'timeout' })
    })

    const { ToolGuardrailFunctionOutputFactory: says } = agents
    const guardedBy = (guardrails: object): never =>
      ({ ...weatherOf(copy, { execute: () => `${++ran}` }), ...guardrails }) as never
    const triggered = () => audited.security().filter(({ category }) => category === 'GuardrailTriggered')
    let ran = 0
    beforeEach(() => (ran = 0))

    for (const stops of ['the call', 'the run'] as const) {
      it(`that an input guardrail stops is a denied call, with a finding, where it stops ${stops}`, async () => {
        const guardrail = agents.defineToolInputGuardrail({
          name: 'no-paris',
          run: async () =>
            stops === 'the call'
              ? says.rejectContent('not there', { why: 'closed' })
              : says.throwException({ why: 'closed' }),
        })
        const tools = [guardedBy({ inputGuardrails: [guardrail] })]
        await errorOf(runnerOf(copy, server).run(new Agent({ name: 'a', model: 'm', tools }), 'x'))

        expect(ran).to.equal(0)
        expect(audited.tools()).to.have.length(1)
        expect(audited.tools()[0]).to.include({
          tool_name: 'weather',
          call_id: 'call_1',
          parameters: '{"city":"Paris"}',
          success: false,
          permission_granted: false,
          decision: 'Deny',
          decided_by_type: 'rule',
          policy_name: 'no-paris',
        })
        expect(triggered()).to.have.length(1)
        expect(triggered()[0]).to.deep.include({ source: 'no-paris', action: 'Blocked', severity: 'Warning' })
        expect(triggered()[0]?.context).to.include({ info: '{"why":"closed"}' })
        expect(audited.runs().at(-1)).to.include({ status: stops === 'the call' ? 'Completed' : 'Failed' })
      })
    }

    it('whose output a guardrail holds back is a failed call, with a finding', async () => {
      const guardrail = agents.defineToolOutputGuardrail({
        name: 'no-numbers',
        run: () => Promise.resolve(says.throwException({ why: 'private' })),
      })
      const tools = [guardedBy({ outputGuardrails: [guardrail] })]
      await errorOf(runnerOf(copy, server).run(new Agent({ name: 'a', model: 'm', tools }), 'x'))

      expect(ran).to.equal(1)
      expect(audited.tools()).to.have.length(1)
      expect(audited.tools()[0]).to.include({
        success: false,
        permission_granted: true,
        error_type: 'ToolOutputGuardrailTripwireTriggered',
      })
      expect(triggered()).to.have.length(1)
      expect(triggered()[0]).to.deep.include({ source: 'no-numbers', action: 'Blocked', severity: 'Warning' })
    })

    it('of an MCP server is a call of that server', async () => {
      const mcp = new agents.MCPServerStdio({
        name: 'stdio-server',
        command: process.execPath,
        args: ['-e', MCP_SERVER],
      })
      await mcp.connect()
      try {
        await runnerOf(copy, server).run(new Agent({ name: 'a', model: 'm', mcpServers: [mcp] }), 'x')
      } finally {
        await mcp.close()
      }

      expect(audited.tools()).to.have.length(1)
      expect(audited.tools()[0]).to.include({ tool_name: 'get_forecast', tool_server: 'stdio-server', success: true })
    })

    it('that must not run without a record does not, and the run fails with the refusal', async () => {
      const logger = Object.assign(Object.create(audited.logger) as Audited['logger'], {
        announceAction: (kind: string) => {
          if (kind === 'ToolCall') throw new KansaError('KANSA_NOT_RECORDED', 'the disk is full')
        },
      })
      let ran = 0
      const tools = [weatherOf(copy, { execute: () => `${++ran}` })]
      const agent = new Agent({ name: 'a', model: 'm', tools })
      const run = (): Promise<unknown> => runnerOf(copy, server).run(agent, 'x')
      const error = await errorOf(withAgent({ agentName: 'outer', goal: 'x', logger }, run))

      expect(error).to.be.instanceOf(agents.ToolCallError)
      expect((error as { error: unknown }).error).to.be.instanceOf(KansaError)
      expect(ran).to.equal(0)
    })
  })
}

/** Speaks just enough of the protocol, line by line. */
const MCP_SERVER = `
require('node:readline').createInterface({ input: process.stdin }).on('line', line => {
  const { id, method, params } = JSON.parse(line)
  const answer = {
    initialize: () => ({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }),
    'tools/list': () => ({ tools: [{ name: 'get-forecast', description: 'x', inputSchema: { type: 'object', properties: { city: { type: 'string' } } } }] }),
    'tools/call': () => ({ content: [{ type: 'text', text: 'sunny' }] }),
  }[method]
  const error = { code: -32601, message: 'no such method' }
  const outcome = answer === undefined ? { error } : { result: answer() }
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, ...outcome }))
})
`
