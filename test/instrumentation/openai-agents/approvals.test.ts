import { expect } from 'chai'
import { OPENAI_AGENTS } from '../../../src/instrumentation/openai-agents/openai-agents-sdk.ts'
import { auditing } from '../support/audited.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { ATTACHED, CITY, COPIES, errorOf, runnerOf, weatherOf } from './support.ts'

for (const copy of COPIES) {
  const { agents } = copy
  const { Agent, RunState } = agents

  describe(`openai-agents, ${copy.name}: a tool that needs approval`, () => {
    const audited = useAudited(() => auditing(OPENAI_AGENTS, ...ATTACHED))
    const server = useModelServer()

    const agentOf = (model = 'm') =>
      new Agent({ name: 'careful', model, tools: [weatherOf(copy, { needsApproval: true })] })
    const findings = (category: string) => audited.security().filter(each => each.category === category)

    it('pauses the run, which is no failure, and has a finding that says so', async () => {
      const { interruptions } = await runnerOf(copy, server).run(agentOf(), 'x')

      expect(interruptions).to.have.length(1)
      expect(audited.tools()).to.be.empty
      expect(audited.runs().map(({ status }) => status)).to.deep.equal(['Started', 'Running', 'Completed'])
      expect(findings('PermissionRequested')[0]).to.deep.include({ source: 'weather', action: 'Escalated' })
      expect(findings('PermissionRequested')[0]?.context).to.include({ call_id: 'call_1' })
    })

    for (const stream of [false, true]) {
      it(`and is approved runs with that decision${stream ? ', streamed' : ''}`, async () => {
        const runner = runnerOf(copy, server)
        const options = { stream } as { stream: true }
        const paused = await runner.run(agentOf(), 'Weather?', options)
        await paused.completed
        for (const item of paused.interruptions) paused.state.approve(item)
        const resumed = await runner.run(agentOf(), paused.state, options)
        await resumed.completed

        expect(resumed.finalOutput).to.equal('hello')
        expect(audited.tools()).to.have.length(1)
        expect(audited.tools()[0]).to.include({
          call_id: 'call_1',
          decision: 'Allow',
          decided_by_type: 'user',
          permission_granted: true,
          output_preview: 'Paris sunny',
        })
        expect(audited.tools()[0]).to.have.property('decided_at')
        expect(audited.runs().at(-1)).to.include({ status: 'Completed', goal: 'Weather?' })
      })
    }

    it('and is approved in another process runs with that decision', async () => {
      const runner = runnerOf(copy, server)
      const agent = agentOf()
      const { state } = await runner.run(agent, 'x')
      const restored = await RunState.fromString(agent, JSON.stringify(state))
      for (const item of restored.getInterruptions()) restored.approve(item)
      const again = await RunState.fromString(agent, JSON.stringify(restored))
      await runner.run(agent, again)

      expect(audited.tools()[0]).to.include({ decision: 'Allow', decided_by_type: 'user' })
    })

    it('and is rejected is a denied call of the run that waited, and a finding', async () => {
      const runner = runnerOf(copy, server)
      const paused = await runner.run(agentOf(), 'x')
      const [run] = audited.events('AgentExecution')
      for (const item of paused.interruptions) paused.state.reject(item)

      expect(audited.tools()).to.have.length(1)
      expect(audited.tools()[0]).to.include({
        tool_name: 'weather',
        call_id: 'call_1',
        parameters: '{"city":"Paris"}',
        success: false,
        permission_granted: false,
        decision: 'Deny',
        decided_by_type: 'user',
      })
      expect(findings('PermissionDenied')[0]).to.deep.include({ source: 'weather', action: 'Blocked' })
      const denied = audited
        .events('Security')
        .find(({ event_type: { data } }) => 'category' in data && data.category === 'PermissionDenied')
      for (const event of [audited.events('ToolCall')[0], denied]) {
        expect(event).to.include({ run_id: run?.run_id, actor_id: 'careful' })
      }

      const resumed = await runner.run(agentOf(), paused.state)
      expect(resumed.finalOutput).to.equal('hello')
      expect(audited.tools()).to.have.length(1)
    })

    it('in a run that is nested in a tool is asked about once, and rejected once', async () => {
      const runner = runnerOf(copy, server)
      const options = { toolName: 'ask', toolDescription: 'x', parameters: CITY }
      const tools = [agentOf('inner').asTool({ ...options, runConfig: runner.config })]
      const outer = new Agent({ name: 'outer', model: 'm', tools })
      const paused = await runner.run(outer, 'x')
      for (const item of paused.interruptions) paused.state.reject(item)
      await runner.run(outer, paused.state)

      expect(findings('PermissionRequested')).to.have.length(1)
      expect(findings('PermissionDenied')).to.have.length(1)
      expect(audited.tools().filter(({ decision }) => decision === 'Deny')).to.have.length(1)
    })

    it('and is rejected once for all is a denied call each time', async () => {
      const runner = runnerOf(copy, server)
      const paused = await runner.run(agentOf('two-tools'), 'x')
      const [first] = paused.interruptions
      if (first !== undefined) paused.state.reject(first, { alwaysReject: true })
      await runner.run(agentOf('two-tools'), paused.state)

      expect(audited.tools().map(({ call_id, decision }) => [call_id, decision])).to.have.deep.members([
        ['call_1', 'Deny'],
        ['call_2', 'Deny'],
      ])
      expect(findings('PermissionDenied')).to.have.length(2)
    })
  })

  describe(`openai-agents, ${copy.name}: a guardrail`, () => {
    const audited = useAudited(() => auditing(OPENAI_AGENTS, ...ATTACHED))
    const server = useModelServer()

    for (const kind of ['input', 'output'] as const) {
      for (const stream of [false, true]) {
        it(`on the ${kind} that stops ${stream ? 'a streamed run' : 'a run'} has a finding in it`, async () => {
          const execute = () => Promise.resolve({ tripwireTriggered: true, outputInfo: { why: 'rude' } })
          const guardrails = [{ name: `polite-${kind}`, execute }]
          const own = kind === 'input' ? { inputGuardrails: guardrails } : { outputGuardrails: guardrails }
          const agent = new Agent({ name: 'guarded', model: 'm', ...own })
          const options = { stream } as { stream: true }
          const error = await errorOf(
            runnerOf(copy, server)
              .run(agent, 'x', options)
              .then(result => result.completed),
          )

          expect((error as Error).constructor.name).to.match(/TripwireTriggered$/)
          expect(audited.runs().at(-1)).to.include({ status: 'Failed' })
          const [finding] = audited.security().filter(({ category }) => category === 'GuardrailTriggered')
          expect(finding).to.deep.include({ source: `polite-${kind}`, severity: 'Warning', action: 'Blocked' })
          expect(finding?.context).to.include({ type: kind, info: '{"why":"rude"}' })
          const [run] = audited.events('AgentExecution')
          expect(audited.events('Security').at(-1)).to.include({ run_id: run?.run_id })
        })
      }
    }
  })
}
