import { expect } from 'chai'
import fc from 'fast-check'
import { TokenBudget } from '../../../src/pipeline/budget/token-budget.ts'
import type { TokenBudgetOptions } from '../../../src/pipeline/budget/token-budget.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'

function budgetOf(options: Partial<TokenBudgetOptions> = {}): { budget: TokenBudget; logger: RecordingLogger } {
  const logger = new RecordingLogger()
  return { budget: new TokenBudget({ entityId: 'agent-1', limit: 1000, logger, ...options }), logger }
}

function operations(logger: RecordingLogger): string[] {
  return logger.dataOf('TokenUsage').map(usage => usage.operation)
}

function findings(logger: RecordingLogger): string[] {
  return logger.dataOf('Security').map(({ category, action }) => `${category} ${action}`)
}

describe('a token budget', () => {
  it('records every step as TokenUsage, with what is used and what is left', () => {
    const { budget, logger } = budgetOf()
    budget.reserve(300, { callId: 'a', operation: 'chat' }).settle(250)
    expect(operations(logger)).to.deep.equal(['reserve chat', 'settle chat'])
    expect(logger.dataOf('TokenUsage').map(usage => usage.budget_remaining)).to.deep.equal([700, 750])
    expect(logger.dataOf('TokenUsage')[1]).to.include({
      entity_id: 'agent-1',
      entity_type: 'agent',
      tokens_consumed: 250,
      budget_limit: 1000,
      utilization: 0.25,
    })
  })

  it('gives back what a call that was not made had reserved', () => {
    const { budget, logger } = budgetOf()
    const reservation = budget.reserve(300)
    reservation.release()
    reservation.release()
    expect(budget).to.include({ consumed: 0, reserved: 0, remaining: 1000 })
    expect(operations(logger)).to.deep.equal(['reserve', 'release'])
  })

  it('refuses a call that would go beyond it, when enforced, and records the refusal', () => {
    const { budget, logger } = budgetOf({ enforce: true })
    budget.reserve(900, { callId: 'a' })
    expect(() => budget.reserve(101, { callId: 'b' }))
      .to.throw(/0 of 1000 are used and 900 reserved/)
      .with.property('code', 'KANSA_BUDGET_EXCEEDED')
    expect(findings(logger)).to.deep.equal(['BudgetExceeded Blocked'])
    expect(logger.dataOf('Security')[0]?.context).to.include({ call_id: 'b', tokens_wanted: '101' })
    budget.reserve(100, { callId: 'c' })
  })

  it('refuses nothing when not enforced, and says so once when the limit is crossed', () => {
    const { budget, logger } = budgetOf()
    budget.reserve(2000).settle(2000)
    budget.consume(1)
    expect(budget).to.include({ consumed: 2001, remaining: 0 })
    expect(findings(logger)).to.deep.equal(['BudgetWarning Logged', 'BudgetExceeded Logged'])
  })

  it('warns once at 80 %', () => {
    const { budget, logger } = budgetOf()
    budget.consume(799)
    expect(findings(logger)).to.deep.equal([])
    budget.consume(1)
    budget.consume(1)
    expect(findings(logger)).to.deep.equal(['BudgetWarning Logged'])
  })

  it('does not warn again about what was consumed before it was made', () => {
    const { budget, logger } = budgetOf({ consumed: 900 })
    budget.consume(50)
    expect(findings(logger)).to.deep.equal([])
    expect(budget.consumed).to.equal(950)
  })

  it('counts a retried call once', () => {
    const { budget, logger } = budgetOf({ enforce: true })
    budget.reserve(600, { callId: 'a' })
    const retry = budget.reserve(600, { callId: 'a' })
    retry.settle(500)
    retry.settle(500)
    budget.reserve(600, { callId: 'a' }).settle(500)
    expect(budget).to.include({ consumed: 500, reserved: 0 })
    expect(operations(logger)).to.deep.equal(['reserve', 'settle'])
  })

  it('takes a later, larger count of a call as a correction', () => {
    const { budget } = budgetOf()
    const reservation = budget.reserve(100)
    reservation.settle(80)
    reservation.settle(120)
    reservation.settle(90)
    expect(budget.consumed).to.equal(120)
  })

  it('holds when a hundred calls reserve at the same time', async () => {
    const { budget } = budgetOf({ enforce: true })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, async (_, index) => {
        await Promise.resolve()
        const reservation = budget.reserve(30, { callId: `call-${index}` })
        await new Promise(resolve => setImmediate(resolve))
        reservation.settle(30)
      }),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(33)
    expect(budget).to.include({ consumed: 990, reserved: 0 })
  })

  it('never has more consumed and reserved than its limit, whatever happens, as long as calls take what they reserved', () => {
    const step = fc.record({
      call: fc.integer({ min: 0, max: 9 }).map(String),
      tokens: fc.integer({ min: 0, max: 500 }),
      end: fc.constantFrom('settle', 'release', 'later'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const { budget } = budgetOf({ enforce: true })
        for (const { call, tokens, end } of steps) {
          try {
            const reservation = budget.reserve(tokens, { callId: call })
            if (end === 'settle') reservation.settle(Math.min(tokens, budget.reservedFor(call) ?? 0))
            if (end === 'release') reservation.release()
          } catch (error) {
            expect(error).to.have.property('code', 'KANSA_BUDGET_EXCEEDED')
          }
          expect(budget.consumed + budget.reserved).to.be.at.most(1000)
          expect(budget.reserved).to.be.at.least(0)
        }
      }),
    )
  })

  for (const [name, options] of Object.entries({
    limit: { limit: -1 },
    entityId: { entityId: '' },
    warnAt: { warnAt: 2 },
    consumed: { consumed: 0.5 },
  })) {
    it(`refuses a wrong ${name} by name`, () => {
      expect(() => budgetOf(options))
        .to.throw(name)
        .with.property('code', 'KANSA_INVALID_OPTION')
    })
  }
})
