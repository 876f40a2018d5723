/** The budgets of the audit context: each model call made inside reserves from all of them, and is charged to all. */
import type { ApiCallData } from '../../events/kinds.ts'
import { currentAuditContext } from '../audit-context.ts'
import { guarded } from '../observe/fault.ts'
import { estimateTokens } from './estimate-tokens.ts'
import type { TokenBudget } from './token-budget.ts'

/** A model call that is about to be made. */
export interface BudgetedCall {
  readonly callId: string
  readonly operation: string
  /** The first argument, where the SDKs put the largest answer that is asked for. */
  readonly request: unknown
  readonly prompt: unknown
}

/** Whether calls made here have a budget. */
export function hasBudgets(): boolean {
  return currentBudgets().length > 0
}

/**
 * Reserves what the call may take from every budget, or from none. Returns what gives the rest back: to be called when
 * the call is over.
 * @throws KansaError `KANSA_BUDGET_EXCEEDED`
 */
export function reserveFromBudgets({ callId, operation, request, prompt }: BudgetedCall): () => void {
  const tokens = guarded('estimating tokens', () => estimateTokens(request, prompt)) ?? 1
  const reservations: { release(): void }[] = []
  const release = (): void => reservations.forEach(reservation => reservation.release())
  try {
    for (const budget of currentBudgets()) reservations.push(budget.reserve(tokens, { callId, operation }))
  } catch (refusal) {
    release()
    throw refusal
  }
  return release
}

/**
 * Charges a recorded model call to the budgets around it. What nobody counted is charged as it was reserved; without a
 * reservation, as far as it was counted.
 */
export function chargeBudgets(call: ApiCallData): void {
  const { call_id: callId, total_tokens: counted, operation = '' } = call
  for (const budget of currentBudgets()) {
    guarded('charging a budget', () => {
      const reserved = callId === undefined ? undefined : budget.reservedFor(callId)
      const nobodyCounted = call.usage_unknown === true && call.error === undefined
      const tokens = nobodyCounted ? (reserved ?? counted) : counted
      if (tokens > 0 || reserved !== undefined) budget.consume(tokens, { callId, operation })
    })
  }
}

function currentBudgets(): readonly TokenBudget[] {
  return currentAuditContext()?.budgets ?? []
}
