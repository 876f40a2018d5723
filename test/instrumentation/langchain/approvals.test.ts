import { expect } from 'chai'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { auditingBoth, COPIES, modelOf, QUESTION, weatherTool } from './support.ts'
import type { Modules } from './support.ts'

type AnyMiddleware = ReturnType<Modules['langchain']['createMiddleware']>
type Decision = { type: 'approve' } | { type: 'reject'; message: string } | EditDecision
interface EditDecision {
  type: 'edit'
  editedAction: { name: string; args: Record<string, unknown> }
}

for (const { name, modules } of COPIES) {
  describe(`langchain, ${name}: a tool call that a person decides about`, () => {
    const audited = useAudited(auditingBoth)
    const server = useModelServer()

    /** Asks for two calls; `decisions` about both. */
    async function decided(thread: string, decisions: readonly Decision[]): Promise<void> {
      const { createAgent, humanInTheLoopMiddleware: approval } = modules.langchain
      // Its own types do not fit under `exactOptionalPropertyTypes`.
      const middleware: AnyMiddleware = Reflect.apply(approval, undefined, [{ interruptOn: { weather: true } }])
      const agent = createAgent({
        model: modelOf(modules, { ...server, model: 'two-tools' }),
        tools: [weatherTool(modules)],
        middleware: [middleware],
        checkpointer: new modules.langgraph.MemorySaver(),
      })
      const config = { configurable: { thread_id: thread } }
      await agent.invoke(QUESTION, config)
      if (decisions.length === 0) return
      audited.clear()
      await agent.invoke(new modules.langgraph.Command({ resume: { decisions } }), config)
    }

    const security = (category: string): unknown[] =>
      audited.security().filter(({ category: found }) => found === category)

    it('pauses the run, which is no failure, and is put down as asked', async () => {
      await decided('asked', [])

      expect(audited.tools()).to.be.empty
      expect(audited.runs().map(({ status }) => status)).to.deep.equal(['Started', 'Running', 'Completed'])
      expect(security('PermissionRequested')).to.have.length(2)
      expect(audited.events('AgentExecution').map(({ session_id }) => session_id)).to.deep.equal([
        'asked',
        'asked',
        'asked',
      ])
    })

    it('is allowed by that person', async () => {
      await decided('allowed', [{ type: 'approve' }, { type: 'approve' }])

      expect(audited.tools()).to.have.length(2)
      for (const tool of audited.tools()) {
        expect(tool).to.include({
          success: true,
          decision: 'Allow',
          decided_by_type: 'user',
          policy_name: 'HumanInTheLoopMiddleware',
        })
      }
      expect(security('PermissionDenied')).to.be.empty
    })

    it('is denied by that person, never runs, and is a security event', async () => {
      await decided('denied', [
        { type: 'reject', message: 'not today' },
        { type: 'reject', message: 'nor tomorrow' },
      ])

      const denied = { success: false, permission_granted: false, decision: 'Deny', decided_by_type: 'user' }
      expect(audited.tools()).to.have.length(2)
      expect(audited.tools()[0]).to.include({ ...denied, call_id: 'call_1', decision_reason: 'not today' })
      expect(audited.tools()[1]).to.include({ ...denied, call_id: 'call_2', decision_reason: 'nor tomorrow' })
      expect(security('PermissionDenied')).to.have.length(2)
      const runs = [...audited.events('ToolCall'), ...audited.events('AgentExecution')].map(({ run_id }) => run_id)
      expect(new Set(runs)).to.have.length(1)
    })

    it('is allowed with other arguments, which are those that are recorded', async () => {
      const editedAction = { name: 'weather', args: { city: 'Oslo' } }
      await decided('edited', [{ type: 'edit', editedAction }, { type: 'approve' }])

      expect(audited.tools()).to.have.length(2)
      const [edited] = audited.tools()
      expect(edited).to.include({
        parameters: '{"city":"Oslo"}',
        decision: 'Allow',
        decision_reason: 'with other arguments',
      })
    })
  })
}
