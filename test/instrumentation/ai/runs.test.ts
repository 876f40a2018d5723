import { expect } from 'chai'
import { TokenBudget } from '../../../src/pipeline/budget/token-budget.ts'
import { withAuditContext } from '../../../src/pipeline/audit-context.ts'
import { auditedSetting, telemetry, textOf, THREE_STEPS, TOOLS } from './support.ts'

const RUNS = 100

describe('ai: runs', () => {
  const set = auditedSetting()

  describe('an agent', () => {
    for (const isEnabled of [true, false]) {
      it(`names its runs${isEnabled ? '' : ', also with telemetry switched off'}`, async () => {
        const { ToolLoopAgent } = set.audited.ai
        const agent = new ToolLoopAgent({
          id: 'forecaster',
          model: set.model('m'),
          tools: TOOLS,
          ...telemetry({ isEnabled }),
        })
        expect((await agent.generate({ prompt: 'hi' })).text).to.equal('hello')
        expect(await textOf(await agent.stream({ prompt: 'hi' }))).to.equal('hello')

        expect(new Set(set.audited.runs().map(({ agent_name }) => agent_name))).to.deep.equal(new Set(['forecaster']))
        expect(set.statuses()).to.deep.equal(['Started', 'Completed', 'Started', 'Completed'])
        expect(set.audited.calls()).to.have.length(4)
        expect(set.audited.tools()).to.have.length(2)
      })
    }
  })

  it(`${RUNS} runs at once have exactly their own calls, tools and tokens`, async () => {
    await Promise.all(
      Array.from({ length: RUNS }, async (_, index) => {
        const settings = telemetry({ functionId: `agent-${index}`, isEnabled: index % 3 !== 0 })
        const request = { model: set.model(`m-${index}`), prompt: 'x', tools: TOOLS, ...THREE_STEPS, ...settings }
        if (index % 2 === 0) await set.audited.ai.generateText(request)
        else await textOf(set.audited.ai.streamText(request))
      }),
    )

    const ended = set.audited.events('AgentExecution').filter(({ event_type: of }) => 'end_time' in of.data)
    expect(ended).to.have.length(RUNS)
    for (const { run_id, event_type: of } of ended) {
      if (of.type !== 'AgentExecution') continue
      expect(of.data).to.include({ status: 'Completed', tokens_used: 36 })
      const inRun = set.audited.events('ApiCall').filter(event => event.run_id === run_id)
      const models = inRun.map(({ event_type: { data } }) => ('model' in data ? data.model : ''))
      expect(models).to.deep.equal(Array.from({ length: 2 }, () => of.data.agent_name.replace('agent', 'm')))
      expect(set.audited.events('ToolCall').filter(event => event.run_id === run_id)).to.have.length(1)
    }
  })

  for (const isEnabled of [true, false]) {
    it(`that a budget has no room for ask no model${isEnabled ? '' : ', also with telemetry switched off'}`, async () => {
      const budget = new TokenBudget({ entityId: 'agent', limit: 5, enforce: true })
      const request = { model: set.model('m'), prompt: 'hi', maxOutputTokens: 100, ...telemetry({ isEnabled }) }
      const error: unknown = await withAuditContext({ budgets: budget }, () =>
        set.audited.ai.generateText(request).catch((reason: unknown) => reason),
      )
      expect(error).to.include({ code: 'KANSA_BUDGET_EXCEEDED' })
      expect(set.server.requests).to.be.empty
      expect(set.statuses()).to.deep.equal(['Started', 'Failed'])
    })
  }
})
