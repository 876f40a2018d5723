/**
 * Who acts, for whom, and in which run: carried through asynchronous calls in Kansa's own AsyncLocalStorage. Nothing
 * of OpenTelemetry's is touched, so it works with any tracing set-up and with none.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { refuse } from '../events/check-field.ts'
import type { AuditLogger } from './audit-api.ts'
import type { TokenBudget } from './budget/token-budget.ts'

/** The run that is going on, as the logger and the wrappers see it. */
export interface RunScope {
  readonly runId: string
  readonly parentRunId?: string | undefined
  readonly agentName: string
  readonly agentVersion?: string | undefined
  readonly goal: string
  readonly startTimeMillis: number
  /** Where this run is recorded. */
  readonly logger: AuditLogger
  /**
   * Counts tokens for this run and for every run around it: what a nested run costs, its parent costs too. The logger
   * calls it for each API call recorded inside the run.
   */
  addTokens(count: number): void
}

/** What `withAuditContext` adds to everything logged inside. */
export interface AuditContextFields {
  userId?: string | undefined
  tenantId?: string | undefined
  sessionId?: string | undefined
  /** For whom the actor acts, the human first. */
  onBehalfOf?: readonly string[] | undefined
  /** Merged by key with the labels of the context around. */
  labels?: Readonly<Record<string, string>> | undefined
  /** Model calls made inside are charged to these, and to the budgets of the context around. */
  budgets?: TokenBudget | readonly TokenBudget[] | undefined
}

/** What is known at a point of the program. */
export interface AuditContext extends Readonly<Omit<AuditContextFields, 'budgets'>> {
  readonly run?: RunScope | undefined
  readonly budgets?: readonly TokenBudget[] | undefined
}

const CONTEXT_KEY = Symbol.for('kansa.context')

/** On `globalThis`, so that two copies of the package in one process see each other's runs. */
function sharedStorage(): AsyncLocalStorage<AuditContext | undefined> {
  const existing: unknown = Reflect.get(globalThis, CONTEXT_KEY)
  if (existing instanceof AsyncLocalStorage) return existing
  const created = new AsyncLocalStorage<AuditContext | undefined>()
  Object.defineProperty(globalThis, CONTEXT_KEY, { value: created })
  return created
}

const storage = sharedStorage()

export function currentAuditContext(): AuditContext | undefined {
  return storage.getStore()
}

/** Runs `fn` with exactly this context; `undefined` means outside of any. */
export function runInAuditContext<T>(context: AuditContext | undefined, fn: () => T): T {
  return storage.run(context, fn)
}

/**
 * Everything logged inside `fn`, at once or later, carries these fields. Nested contexts merge: labels by key, other
 * fields override. What `fn` returns or throws passes unchanged.
 * @throws KansaError `KANSA_INVALID_EVENT` when a field is of the wrong type; `fn` is then not called.
 */
export function withAuditContext<T>(fields: AuditContextFields, fn: () => T): T {
  return storage.run(extendedContext(fields), fn)
}

/**
 * The current context with `fields` added, copied: what the caller changes later changes no record.
 * @throws KansaError `KANSA_INVALID_EVENT`
 */
export function extendedContext(fields: AuditContextFields, run?: RunScope): AuditContext {
  const outer = currentAuditContext()
  const labels = fields.labels === undefined ? outer?.labels : { ...outer?.labels, ...checkedLabels(fields.labels) }
  return {
    run: run ?? outer?.run,
    userId: checkedOptionalText(fields.userId, 'userId') ?? outer?.userId,
    tenantId: checkedOptionalText(fields.tenantId, 'tenantId') ?? outer?.tenantId,
    sessionId: checkedOptionalText(fields.sessionId, 'sessionId') ?? outer?.sessionId,
    onBehalfOf: checkedTexts(fields.onBehalfOf, 'onBehalfOf') ?? outer?.onBehalfOf,
    labels,
    budgets: withBudgets(outer?.budgets, fields.budgets),
  }
}

/** @throws KansaError `KANSA_INVALID_EVENT` */
export function checkedText(value: unknown, path: string): string {
  return typeof value === 'string' ? value : refuse(path, 'a string', value)
}

/** @throws KansaError `KANSA_INVALID_EVENT` */
export function checkedOptionalText(value: unknown, path: string): string | undefined {
  return value === undefined ? undefined : checkedText(value, path)
}

function checkedTexts(values: unknown, path: string): readonly string[] | undefined {
  if (values === undefined) return undefined
  if (!Array.isArray(values)) return refuse(path, 'a list of strings', values)
  return values.map((value: unknown, index) => checkedText(value, `${path}[${index}]`))
}

function withBudgets(
  outer: readonly TokenBudget[] | undefined,
  given: AuditContextFields['budgets'],
): readonly TokenBudget[] | undefined {
  if (given === undefined) return outer
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  const added = list.map((budget, index) =>
    isBudget(budget) ? budget : refuse(`budgets[${index}]`, 'a TokenBudget', budget),
  )
  return [...new Set([...(outer ?? []), ...added])]
}

/** Known by its methods: it may come from another copy of the package. */
function isBudget(value: unknown): value is TokenBudget {
  return typeof value === 'object' && value !== null && 'reserve' in value && 'consume' in value
}

function checkedLabels(labels: unknown): Readonly<Record<string, string>> {
  if (typeof labels !== 'object' || labels === null) return refuse('labels', 'a map of string to string', labels)
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, checkedText(value, `labels.${key}`)]))
}
