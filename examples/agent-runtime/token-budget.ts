/** What a session may spend on models. Each call's tokens are recorded against the limit. */
import type { AuditLogger } from 'kansa'

export class BudgetExceeded extends Error {
  override readonly name = 'BudgetExceeded'
}

// The prompt grows from call to call: two more calls, each somewhat larger than the largest so far, must still fit.
const RESERVED_CALLS = 2.5

export class TokenBudget {
  readonly limit: number
  private readonly audit: AuditLogger
  private readonly sessionId: string
  private spentSoFar = 0
  private largestCall = 0

  constructor(audit: AuditLogger, sessionId: string, limit: number) {
    this.audit = audit
    this.sessionId = sessionId
    this.limit = limit
  }

  get spent(): number {
    return this.spentSoFar
  }

  /** True when the next call may be the last one that fits. */
  get nearlySpent(): boolean {
    return this.limit - this.spentSoFar < this.largestCall * RESERVED_CALLS
  }

  /**
   * To be asked before each call.
   * @throws BudgetExceeded, recorded, when nothing is left.
   */
  check(operation: string): void {
    if (this.spentSoFar < this.limit) return
    const message = `the session has spent ${this.spentSoFar} of ${this.limit} tokens`
    this.audit.logSecurityEvent({
      severity: 'Critical',
      category: 'BudgetExceeded',
      message,
      source: 'token-budget',
      action: 'Blocked',
      context: { session_id: this.sessionId, operation },
    })
    throw new BudgetExceeded(message)
  }

  /** Records what one call has used: its own tokens, so that the events of a session add up to what it spent. */
  spend(tokens: number, operation: string): void {
    this.spentSoFar += tokens
    this.largestCall = Math.max(this.largestCall, tokens)
    this.audit.logTokenUsage({
      entityId: this.sessionId,
      entityType: 'session',
      tokensConsumed: tokens,
      budgetLimit: this.limit,
      budgetRemaining: Math.max(0, this.limit - this.spentSoFar),
      utilization: this.spentSoFar / this.limit,
      operation,
    })
  }
}
