/** A budget of tokens that calls reserve from before they are made, and settle when their usage is known. */
import { KansaError } from '../../errors.ts'
import { newEventId } from '../../events/event-id.ts'
import type { AuditLogger } from '../audit-api.ts'
import { ambientLogger } from '../global-logger.ts'
import { countOf } from '../observe/model-usage.ts'
import { guarded } from '../observe/fault.ts'

export interface TokenBudgetOptions {
  /** Whose budget it is: an agent, a session, a user. */
  entityId: string
  /** `agent` (default), `session`, `user`, or a type of your own. */
  entityType?: string | undefined
  /** Tokens that may be consumed. */
  limit: number
  /** Refuse what would go beyond the limit, with `KANSA_BUDGET_EXCEEDED`. Default false: it is recorded only. */
  enforce?: boolean | undefined
  /** The part of the limit from which on a warning is recorded, once. Default 0.8. */
  warnAt?: number | undefined
  /** Tokens consumed before, for a budget that outlives a process. Default 0. */
  consumed?: number | undefined
  /** Default: the process-wide logger. */
  logger?: AuditLogger | undefined
}

export interface BudgetStep {
  /** The call's id. Steps with the same id are one call, however often they are repeated. Default: a new one. */
  callId?: string | undefined
  /** What the tokens are spent on, for the record. Default `""`. */
  operation?: string | undefined
}

/** Tokens set aside for one call. Both ends may be told more than once. */
export interface TokenReservation {
  readonly callId: string
  /** The call is done and took `tokens`. A later, larger count of the same call is a correction. */
  settle(tokens: number): void
  /** The call was not made. */
  release(): void
}

interface Call {
  readonly operation: string
  /** Set aside and not settled yet. */
  reserved: number
  /** Charged; `undefined` until it is settled. */
  charged: number | undefined
}

const DEFAULT_WARN_AT = 0.8
/** Settled calls that a retry may still name. */
const MAX_REMEMBERED_CALLS = 10_000

/**
 * Counts what one agent, session or user consumes. Every step is recorded as a `TokenUsage` event; crossing `warnAt` as a
 * `Security` event `BudgetWarning`, crossing the limit as `BudgetExceeded`. A budget belongs to one process. Calls of one
 * process cannot overdraw it together: what is reserved is taken into account at once.
 */
export class TokenBudget {
  readonly entityId: string
  readonly entityType: string
  readonly limit: number
  readonly enforce: boolean
  private readonly warnAt: number
  private readonly givenLogger: AuditLogger | undefined
  // Owned by this object; a call is added by its first step and forgotten when many later ones are settled.
  private readonly calls = new Map<string, Call>()
  private consumedTokens: number
  private reservedTokens = 0
  private warned: boolean
  private exceeded: boolean

  /** @throws KansaError `KANSA_INVALID_OPTION` */
  constructor(options: TokenBudgetOptions) {
    const { entityId, entityType = 'agent', limit, enforce = false, warnAt = DEFAULT_WARN_AT, consumed = 0 } = options
    check(typeof entityId === 'string' && entityId !== '', 'entityId', 'a name')
    check(typeof entityType === 'string' && entityType !== '', 'entityType', 'a name')
    check(countOf(limit) !== undefined, 'limit', 'a whole number of tokens')
    check(typeof enforce === 'boolean', 'enforce', 'true or false')
    check(typeof warnAt === 'number' && warnAt > 0 && warnAt <= 1, 'warnAt', 'a number above 0 and up to 1')
    check(countOf(consumed) !== undefined, 'consumed', 'a whole number of tokens')
    this.entityId = entityId
    this.entityType = entityType
    this.limit = limit
    this.enforce = enforce
    this.warnAt = warnAt
    this.givenLogger = options.logger
    this.consumedTokens = consumed
    this.warned = consumed >= warnAt * limit
    this.exceeded = consumed > limit
  }

  /** Tokens of settled calls. */
  get consumed(): number {
    return this.consumedTokens
  }

  /** Tokens set aside for calls that are going on. */
  get reserved(): number {
    return this.reservedTokens
  }

  /** What may still be reserved. */
  get remaining(): number {
    return Math.max(0, this.limit - this.consumedTokens - this.reservedTokens)
  }

  /**
   * Sets `tokens` aside for a call that is about to be made. A retry of the same call gets its first reservation.
   * @throws KansaError `KANSA_BUDGET_EXCEEDED` where the budget is enforced and does not hold so many, or nothing at all;
   * the refusal is recorded.
   */
  reserve(tokens: number, step: BudgetStep = {}): TokenReservation {
    const wanted = checkedCount(tokens)
    const callId = step.callId ?? newEventId(Date.now())
    const known = this.calls.get(callId)
    const operation = step.operation ?? known?.operation ?? ''
    const more = known === undefined ? wanted : Math.max(0, wanted - (known.charged ?? known.reserved))
    if (known?.charged === undefined && (known === undefined || more > 0)) {
      if (this.enforce) this.refuseBeyond(more, callId, operation)
      const call = known ?? { operation, reserved: 0, charged: undefined }
      call.reserved += more
      this.reservedTokens += more
      this.calls.set(callId, call)
      this.record('reserve', operation)
    }
    return {
      callId,
      settle: used => this.consume(used, { callId, operation }),
      release: () => this.release(callId),
    }
  }

  /** Charges `tokens` that were used, and settles the reservation of the same call. Never refuses: they are spent. */
  consume(tokens: number, step: BudgetStep = {}): void {
    const used = checkedCount(tokens)
    const callId = step.callId ?? newEventId(Date.now())
    const call = this.calls.get(callId) ?? { operation: step.operation ?? '', reserved: 0, charged: undefined }
    const first = call.charged === undefined
    const more = Math.max(0, used - (call.charged ?? 0))
    if (!first && more === 0) return
    this.reservedTokens -= call.reserved
    call.reserved = 0
    call.charged = (call.charged ?? 0) + more
    this.consumedTokens = Math.min(this.consumedTokens + more, Number.MAX_SAFE_INTEGER)
    this.remember(callId, call)
    this.record('settle', step.operation ?? call.operation)
    this.noticeThresholds(call.operation)
  }

  /** What is set aside for a call, `undefined` where nothing is. */
  reservedFor(callId: string): number | undefined {
    const call = this.calls.get(callId)
    return call?.charged === undefined ? call?.reserved : undefined
  }

  private release(callId: string): void {
    const call = this.calls.get(callId)
    if (call === undefined || call.charged !== undefined) return
    this.reservedTokens -= call.reserved
    this.calls.delete(callId)
    this.record('release', call.operation)
  }

  private refuseBeyond(tokens: number, callId: string, operation: string): void {
    const left = this.remaining
    if (left > 0 && tokens <= left) return
    const message =
      `the token budget of ${this.entityType} ${this.entityId} does not hold ${tokens} more tokens: ` +
      `${this.consumedTokens} of ${this.limit} are used and ${this.reservedTokens} reserved`
    this.secure('Critical', 'BudgetExceeded', 'Blocked', `The call was refused: ${message}.`, {
      call_id: callId,
      operation,
      tokens_wanted: tokens,
    })
    throw new KansaError('KANSA_BUDGET_EXCEEDED', `${message}; raise the limit, or make the call smaller`)
  }

  private noticeThresholds(operation: string): void {
    const used = `${this.consumedTokens} of ${this.limit} tokens of ${this.entityType} ${this.entityId} are used`
    if (!this.warned && this.consumedTokens >= this.warnAt * this.limit) {
      this.warned = true
      this.secure('Warning', 'BudgetWarning', 'Logged', `The token budget is running out: ${used}.`, { operation })
    }
    if (this.exceeded || this.consumedTokens <= this.limit) return
    this.exceeded = true
    this.secure('Critical', 'BudgetExceeded', 'Logged', `The token budget is used up: ${used}.`, { operation })
  }

  /** Settled calls are kept in the order in which they were settled last. */
  private remember(callId: string, call: Call): void {
    this.calls.delete(callId)
    this.calls.set(callId, call)
    if (this.calls.size <= MAX_REMEMBERED_CALLS) return
    for (const [id, { charged }] of this.calls) {
      if (charged === undefined) continue
      this.calls.delete(id)
      return
    }
  }

  private get logger(): AuditLogger {
    return this.givenLogger ?? ambientLogger()
  }

  private record(step: 'reserve' | 'settle' | 'release', operation: string): void {
    guarded('recording a budget', () =>
      this.logger.logTokenUsage({
        entityId: this.entityId,
        entityType: this.entityType,
        tokensConsumed: this.consumedTokens,
        budgetLimit: this.limit,
        budgetRemaining: this.remaining,
        operation: operation === '' ? step : `${step} ${operation}`,
      }),
    )
  }

  private secure(
    severity: 'Warning' | 'Critical',
    category: 'BudgetWarning' | 'BudgetExceeded',
    action: 'Logged' | 'Blocked',
    message: string,
    more: Readonly<Record<string, unknown>>,
  ): void {
    const { entityId, entityType, limit, consumedTokens: consumed, reservedTokens: reserved } = this
    const context = { entity_id: entityId, entity_type: entityType, limit, consumed, reserved, ...more }
    guarded('recording a budget', () =>
      this.logger.logSecurityEvent({ severity, category, message, source: 'token-budget', action, context }),
    )
  }
}

function checkedCount(tokens: number): number {
  check(countOf(tokens) !== undefined, 'tokens', 'a whole number from 0 on')
  return tokens
}

function check(valid: boolean, name: string, expected: string): void {
  if (!valid) throw new KansaError('KANSA_INVALID_OPTION', `TokenBudget: expected ${expected} as ${name}`)
}
