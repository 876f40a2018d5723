import { expect } from 'chai'
import { withAuditContext } from '../../../src/pipeline/audit-context.ts'
import { TokenBudget } from '../../../src/pipeline/budget/token-budget.ts'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import { wrapModelCall } from '../../../src/pipeline/wrap-model-call.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'

interface Request {
  readonly prompt: string
  readonly max_tokens?: number
}

interface Response {
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number }
}

describe('model calls with a budget', () => {
  const logger = new RecordingLogger()
  let made = 0
  const call = wrapModelCall(
    async (_request: Request, answer: Response = { usage: { prompt_tokens: 10, completion_tokens: 20 } }) => {
      made++
      return Promise.resolve(answer)
    },
    { provider: 'openai', model: 'gpt-5', operation: 'chat', logger },
  )

  beforeEach(() => {
    logger.clear()
    made = 0
  })

  function budget(limit: number, entityType = 'agent'): TokenBudget {
    return new TokenBudget({ entityId: `the ${entityType}`, entityType, limit, enforce: true, logger })
  }

  it('reserve prompt and largest answer, and settle what was used', async () => {
    const own = budget(1000)
    await withAuditContext({ budgets: own }, async () => {
      const answer = call({ prompt: 'x'.repeat(400), max_tokens: 300 })
      expect(own.reserved).to.equal(400)
      await answer
    })
    expect(own).to.include({ consumed: 30, reserved: 0 })
  })

  it('are refused before they are made', async () => {
    const own = budget(100)
    const refused = withAuditContext({ budgets: own }, () => call({ prompt: 'hi', max_tokens: 200 }))
    const error: unknown = await refused.catch((reason: unknown) => reason)
    expect(error).to.have.property('code', 'KANSA_BUDGET_EXCEEDED')
    expect(made).to.equal(0)
    expect(own).to.include({ consumed: 0, reserved: 0 })
    expect(logger.dataOf('ApiCall')[0]?.error).to.match(/token budget/)
  })

  it('are charged to every budget around them, and to none when one refuses', async () => {
    const [user, agent] = [budget(1000, 'user'), budget(50)]
    await withAuditContext({ budgets: user }, () =>
      withAgent({ agentName: 'a', goal: 'g', budgets: [agent], logger }, async () => {
        await call({ prompt: 'hi' })
        await call({ prompt: 'hi', max_tokens: 500 }).catch(() => {})
      }),
    )
    expect([user.consumed, agent.consumed]).to.deep.equal([30, 30])
    expect([user.reserved, agent.reserved]).to.deep.equal([0, 0])
  })

  it('are charged as reserved where nobody tells the usage', async () => {
    const own = budget(1000)
    await withAuditContext({ budgets: own }, () => call({ prompt: 'hi', max_tokens: 99 }, {}))
    expect(own.consumed).to.equal(100)
  })

  it('are charged when they are logged by hand', () => {
    const own = budget(1000)
    withAuditContext({ budgets: own }, () =>
      logger.logApiCall({ provider: 'openai', model: 'gpt-5', promptTokens: 5, completionTokens: 6 }),
    )
    expect(own.consumed).to.equal(11)
  })

  it('are charged as far as they were counted where the rest is unknown', () => {
    const own = budget(1000)
    withAuditContext({ budgets: own }, () => {
      logger.logApiCall({ provider: 'p', model: 'm', callId: 'c', promptTokens: 30, usageUnknown: true })
    })
    expect(own).to.include({ consumed: 30, reserved: 0 })
  })

  it('of other contexts are not charged', async () => {
    const own = budget(1000)
    await Promise.all([withAuditContext({ budgets: own }, () => call({ prompt: 'hi' })), call({ prompt: 'hi' })])
    expect(own.consumed).to.equal(30)
  })

  it('refuse what is no budget by name', () => {
    // @ts-expect-error a budget is an object
    expect(() => withAuditContext({ budgets: [5] }, () => 1)).to.throw(/budgets\[0\].*TokenBudget/)
  })
})
