/**
 * Layers stack: a framework calls an SDK, that calls `fetch`, and each may be audited. One call is one record: the
 * outermost layer claims what happens inside as attempts at its own call, the layers inside tell it what they know.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { currentAuditContext } from '../audit-context.ts'
import { guarded } from './fault.ts'
import { hasMethods } from './property.ts'

export type ClaimKind = 'model' | 'tool'

/** The fields of an event, by name. */
export type ToldFacts = Readonly<Record<string, unknown>>

/** What the layers inside see of a claim, perhaps one of another copy of the package. */
export interface OuterCall {
  /** Says that `layer` makes one attempt (one HTTP request, as a rule). The layer that makes the most knows best. */
  addAttempt(layer: string): void
  /** Says what a layer inside learnt; it fills what the claiming layer does not know itself. */
  tell(facts: ToldFacts): void
  /** The call that a layer inside is, so that it makes no record of its own; a tool call is met once. */
  callOf(name: string | undefined): OuterCall | undefined
}

type Claims = Readonly<Partial<Record<ClaimKind, CallClaim | undefined>>>
const NOTHING: ToldFacts = {}
const CLAIMS_KEY = Symbol.for('kansa.claims')

/** On `globalThis`, so that the layers may come from two copies of the package. */
function sharedStorage(): AsyncLocalStorage<Claims> {
  const existing: unknown = Reflect.get(globalThis, CLAIMS_KEY)
  if (existing instanceof AsyncLocalStorage) return existing
  const created = new AsyncLocalStorage<Claims>()
  Object.defineProperty(globalThis, CLAIMS_KEY, { value: created })
  return created
}

const storage = sharedStorage()

export class CallClaim implements OuterCall {
  private readonly kind: ClaimKind
  private readonly name: string | undefined
  /** What a nested run does are calls of its own. */
  readonly runId: string | undefined = currentAuditContext()?.run?.runId
  // Made by the first layer that counts: most calls have none.
  private attemptsByLayer: Map<string, number> | undefined
  private mostAttempts: number | undefined
  private met = false
  private others: readonly CallClaim[] = []
  /** What the layers inside told, the latest last. */
  facts: ToldFacts = NOTHING

  /** @param name the tool's; models need none */
  constructor(kind: ClaimKind, name?: string) {
    this.kind = kind
    this.name = name
  }

  /** True when a layer inside told something. */
  get isTold(): boolean {
    return this.facts !== NOTHING
  }

  /** Attempts that were seen; `undefined` where no layer inside counts them. */
  get attempts(): number | undefined {
    return this.mostAttempts
  }

  /** Runs `step` so that model or tool calls made inside are this one. */
  enter<T>(step: () => T): T {
    // A tool is the agent's own code: a model it asks is asked in a call of its own.
    if (this.kind === 'tool') return storage.run({ tool: this }, step)
    return storage.run({ tool: storage.getStore()?.tool, model: this }, step)
  }

  /** Runs a step in which several calls are made: a layer inside is the first of them that has its name. */
  static enterAll<T>(claims: readonly CallClaim[], step: () => T): T {
    const [first, ...others] = claims
    if (first === undefined) return step()
    first.others = others
    return first.enter(step)
  }

  addAttempt(layer: string): void {
    this.attemptsByLayer ??= new Map()
    const count = (this.attemptsByLayer.get(layer) ?? 0) + 1
    this.attemptsByLayer.set(layer, count)
    this.mostAttempts = Math.max(this.mostAttempts ?? 0, count)
  }

  tell(facts: ToldFacts): void {
    this.facts = { ...this.facts, ...known(facts) }
  }

  callOf(name: string | undefined): OuterCall | undefined {
    return [this, ...this.others].find(claim => claim.isMetBy(name))
  }

  private isMetBy(name: string | undefined): boolean {
    if (this.kind === 'model') return true
    if (this.met || name === undefined || this.name === undefined || !isNamedAfter(this.name, name)) return false
    this.met = true
    return true
  }
}

/**
 * True when a framework may call the tool `name` by `offered`. Frameworks put the name of an MCP server before that of its
 * tool, and underscores where not every model takes the character.
 */
export function isNamedAfter(offered: string, name: string): boolean {
  return offered.endsWith(name) || underscored(offered).endsWith(underscored(name))
}

function underscored(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9]/g, '_')
}

/**
 * The claim that a call made here falls under; `undefined` when it is a call of its own.
 * @param name the tool's; models need none
 */
export function claimAround(kind: ClaimKind, name?: string): OuterCall | undefined {
  const claim = enclosingClaim(kind)
  return guarded('looking for the call around', () => claim?.callOf(name))
}

/** Counts an attempt at the model call that is going on, whichever layer claimed it. */
export function countAttempt(layer: string): void {
  guarded('counting an attempt', () => enclosingClaim('model')?.addAttempt(layer))
}

/** True where a model call is claimed: a layer that only looks on has nothing to record. */
export function isModelCallClaimed(): boolean {
  return enclosingClaim('model') !== undefined
}

/** Runs `step` outside of all claims: what it calls are calls of its own. */
export function withoutClaims<T>(step: () => T): T {
  return storage.run({}, step)
}

/** A callback, made to run under the claims of here: an SDK with a queue starts a call wherever another one has ended. */
export function boundToClaims<Args extends unknown[], T>(callback: (...args: Args) => T): (...args: Args) => T {
  const claims = storage.getStore() ?? {}
  return (...args) => storage.run(claims, () => callback(...args))
}

/** The facts that are known. */
export function known(facts: ToldFacts): ToldFacts {
  return addKnown<Record<string, unknown>>({}, facts)
}

/** Puts the facts that are known into `target`, over what it has. */
export function addKnown<T extends object>(target: T, facts: Readonly<T>): T {
  for (const name in facts) if (facts[name] !== undefined) target[name] = facts[name]
  return target
}

function enclosingClaim(kind: ClaimKind): CallClaim | undefined {
  const claim = storage.getStore()?.[kind]
  // Perhaps of another copy of the package, and of another version.
  if (claim === undefined || !(claim instanceof CallClaim || isOuterCall(claim))) return undefined
  return claim.runId === currentAuditContext()?.run?.runId ? claim : undefined
}

function isOuterCall(claim: unknown): boolean {
  return hasMethods(claim, 'addAttempt', 'tell', 'callOf')
}
