/** One call to a model, from before it is made until it has ended: becomes one `ApiCall`. */
import type { ApiCallInput } from '../../events/inputs.ts'
import type { AuditLogger } from '../audit-api.ts'
import { hasBudgets, reserveFromBudgets } from '../budget/context-budgets.ts'
import { addFields } from './add-fields.ts'
import { addKnown, CallClaim, known } from './call-claim.ts'
import type { OuterCall } from './call-claim.ts'
import { guarded } from './fault.ts'
import { ResponseReader } from './model-response.ts'
import { callIdOf } from './options.ts'
import type { AnyFunction } from './options.ts'
import { CallOrigin } from './origin.ts'
import type { CallObserver, CallOutcome } from './outcome.ts'
import { readPath } from './property.ts'

export interface ModelCallSurroundings {
  /** What can cancel the call. */
  readonly signal?: AbortSignal | undefined
  /** The SDK's request, in which budgets find the largest answer that is asked for. */
  readonly request?: unknown
  /** Default: the enclosing run's, else the process-wide one. */
  readonly logger?: AuditLogger | undefined
  /** Reads token counts from a result or chunk, before the known shapes are tried. */
  readonly usageOf?: AnyFunction | undefined
  /** Reads what the model said from a result or chunk, before the known shapes are tried. */
  readonly responseOf?: AnyFunction | undefined
  /** Reads what only this SDK says in a result or chunk: that a response with a status of 200 failed, for example. */
  readonly factsOf?: ((part: unknown) => Partial<ApiCallInput> | undefined) | undefined
  /** The call that this one is an attempt at: it is told everything, and there is no record of our own. */
  readonly outer?: OuterCall | undefined
  /** What the layers inside are to report to. Default: a new claim. */
  readonly claim?: CallClaim | undefined
}

/** Belongs to the run in which it is made, wherever it ends. Ends once: what is told later is ignored. */
export class ModelCall implements CallObserver {
  private readonly input: ApiCallInput
  private readonly outer: OuterCall | undefined
  private readonly origin: CallOrigin
  private readonly reader: ResponseReader
  private readonly claim: CallClaim
  private readonly factsOf: ModelCallSurroundings['factsOf']
  private readonly told: Partial<ApiCallInput> = {}
  private firstChunkMillis: number | undefined
  /** Until the call begins: a result may refer to it, and must stay collectable. */
  private request: unknown
  private ended = false
  /** Of a call that was announced, or that has a budget. */
  private callId: string | undefined
  private releaseBudgets: (() => void) | undefined

  /** @param input what is known before the call */
  constructor(input: ApiCallInput, surroundings: ModelCallSurroundings = {}) {
    const { logger, signal, usageOf, responseOf, factsOf, outer, claim, request } = surroundings
    this.input = input
    this.outer = outer
    this.factsOf = factsOf
    this.request = request
    this.reader = new ResponseReader(usageOf, responseOf)
    // Keeps the signal weakly: its listeners may refer to the result.
    this.origin = new CallOrigin(logger, signal)
    this.claim = claim ?? new CallClaim('model')
  }

  /** @throws KansaError `KANSA_NOT_RECORDED` or `KANSA_BUDGET_EXCEEDED` when the call must not be made */
  begin(): void {
    const { input, origin, request } = this
    this.request = undefined
    // The call around was announced, and has reserved what both may take.
    if (this.outer !== undefined) return this.outer.tell({ provider: input.provider, model: input.model })
    if (hasBudgets()) this.reserve(request)
    origin.announce('ApiCall', () => {
      this.callId ??= callIdOf(input)
      return { kind: 'ApiCall', name: `${input.provider}/${input.model}`, callId: this.callId, input }
    })
  }

  enter<T>(step: () => T): T {
    return this.outer === undefined ? this.claim.enter(step) : step()
  }

  answered(answer: unknown): void {
    const statusCode = readPath(answer, ['response', 'status'])
    if (typeof statusCode === 'number') this.tell({ statusCode })
  }

  chunk(value: unknown): void {
    this.firstChunkMillis ??= this.origin.elapsedMillis()
    this.reader.addChunk(value)
    this.addFacts(value)
  }

  /** What is learnt while the call is going on and stands in no result: the HTTP status. The latest counts. */
  tell(facts: Partial<ApiCallInput>): void {
    addKnown(this.told, facts)
  }

  end(outcome: CallOutcome): void {
    if (this.ended) return
    this.ended = true
    const { origin, input, reader, claim } = this
    const failure = origin.failureOf(outcome)
    if (outcome.kind === 'returned') {
      guarded('reading a response', () => reader.addWhole(outcome.value))
      this.addFacts(outcome.value)
    }
    const read = reader.fields()
    const statusCode = failure?.statusCode ?? this.told.statusCode ?? read.statusCode
    // What is unknown here must not hide what a layer inside knew; mostly there is none, and this is done for every call.
    const seen: Partial<ApiCallInput> = claim.isTold
      ? { ...claim.facts, ...known(read), ...this.told, ...(statusCode !== undefined && { statusCode }) }
      : Object.assign(read, this.told, { statusCode })
    // An attempt that failed is no failed call.
    if (this.outer !== undefined) return this.outer.tell({ ...seen, error: undefined, errorType: undefined })
    const certain = (): ApiCallInput => {
      const fields: ApiCallInput = {
        provider: this.told.provider ?? input.provider,
        model: this.told.model ?? input.model,
        requestTime: origin.startTimeMillis,
        latencyMs: origin.elapsedMillis(),
        error: failure?.message ?? seen.error,
        errorType: failure?.errorType ?? seen.errorType,
        attempts: claim.attempts ?? seen.attempts,
        timeToFirstTokenMs: this.firstChunkMillis ?? seen.timeToFirstTokenMs,
        prompt: this.told.prompt ?? input.prompt,
        promptPreview: this.told.promptPreview ?? input.promptPreview,
      }
      if (this.callId !== undefined) fields.callId = this.callId
      addFields<Partial<ApiCallInput>>(fields, seen)
      return fields
    }
    origin.log(
      logger => logger.logApiCall(addFields(certain(), input)),
      logger => logger.logApiCall(certain()),
    )
    // The record settled it; where there is none, nothing may stay reserved.
    this.releaseBudgets?.()
  }

  private addFacts(part: unknown): void {
    const facts = guarded('reading a response', () => this.factsOf?.(part))
    if (facts !== undefined) this.tell(facts)
  }

  /** @throws KansaError `KANSA_BUDGET_EXCEEDED` */
  private reserve(request: unknown): void {
    const { operation = '', prompt } = this.input
    this.callId = callIdOf(this.input)
    this.releaseBudgets = reserveFromBudgets({ callId: this.callId, operation, request, prompt })
  }
}
