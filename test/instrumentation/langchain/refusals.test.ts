import { expect } from 'chai'
import { TokenBudget } from '../../../src/pipeline/budget/token-budget.ts'
import { withAuditContext } from '../../../src/pipeline/audit-context.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { auditingBoth, COPIES, modelOf, QUESTION, reasonOf } from './support.ts'

for (const { name, modules } of COPIES) {
  describe(`langchain, ${name}: a model call`, () => {
    const audited = useAudited(auditingBoth)
    const server = useModelServer()
    beforeEach(() => server.clear())

    const tight = (): TokenBudget => new TokenBudget({ entityType: 'agent', entityId: 'x', limit: 1, enforce: true })

    for (const [how, call] of [
      ['invoke()', () => modelOf(modules, server).invoke('Say hello.')],
      ['stream()', () => modelOf(modules, server).stream('Say hello.')],
      [
        'an agent',
        () => modules.langchain.createAgent({ model: modelOf(modules, server), tools: [] }).invoke(QUESTION),
      ],
    ] as const) {
      it(`that would break a budget is not made by ${how}, which rejects`, async () => {
        const error = await withAuditContext({ budgets: tight() }, () => reasonOf(call()))

        expect(error).to.include({ code: 'KANSA_BUDGET_EXCEEDED' })
        expect(server.requests).to.be.empty
        expect(audited.calls()).to.have.length(1)
        expect(audited.calls()[0]).to.include({ error_type: 'KANSA_BUDGET_EXCEEDED' })
      })
    }

    it('is made all the same where a model does not let itself be described', async () => {
      class Secretive extends modules.testing.FakeListChatModel {
        private asked = 0

        override getLsParams(options: never) {
          this.asked += 1
          // LangChain's own question, which comes second, is answered.
          if (this.asked === 1) throw new Error('no comment')
          return super.getLsParams(options)
        }
      }
      const answer = await new Secretive({ responses: ['hello'] }).invoke('x')

      expect(answer.text).to.equal('hello')
      expect(audited.calls()[0]).to.include({ provider: 'fake-list', model: 'unknown', response_preview: 'hello' })
    })
  })
}
