/** One tool call, from before it is made until it has ended: becomes one `ToolCall`. */
import type { ToolCallInput } from '../../events/inputs.ts'
import { textOf } from '../../events/json-text.ts'
import type { AuditLogger } from '../audit-api.ts'
import { addFields } from './add-fields.ts'
import { CallClaim } from './call-claim.ts'
import type { OuterCall, ToldFacts } from './call-claim.ts'
import { textOfContent } from './model-text.ts'
import { callIdOf } from './options.ts'
import { CallOrigin } from './origin.ts'
import type { CallObserver, CallOutcome } from './outcome.ts'
import { readData } from './property.ts'
import { BoundedText } from './text.ts'

export interface ToolCallSurroundings {
  /** What can cancel the call. */
  readonly signal?: AbortSignal | undefined
  /** Default: the enclosing run's, else the process-wide one. */
  readonly logger?: AuditLogger | undefined
  /** Text of a result, or of one item of a streamed one. `undefined`: as it is, else JSON. */
  readonly previewOf?: ((result: unknown) => string | undefined) | undefined
  /** The call of the layer around, which is this very call: it is told everything, and there is no record of our own. */
  readonly outer?: OuterCall | undefined
}

/** Belongs to the run in which it is made, wherever it ends. Ends once: what is told later is ignored. */
export class ToolCall implements CallObserver {
  private readonly input: ToolCallInput
  private readonly outer: OuterCall | undefined
  private readonly previewOf: (result: unknown) => string | undefined
  private readonly origin: CallOrigin
  private readonly claim: CallClaim
  private readonly streamed = new BoundedText()
  private told: Partial<ToolCallInput> = {}
  private ended = false
  /** Of a call that was announced. */
  private callId: string | undefined

  /** @param input what is known before the call, the parameters as they are now */
  constructor(input: ToolCallInput, surroundings: ToolCallSurroundings = {}) {
    this.input = input
    this.outer = surroundings.outer
    this.previewOf = surroundings.previewOf ?? (() => undefined)
    // Keeps the signal weakly: its listeners may refer to the result.
    this.origin = new CallOrigin(surroundings.logger, surroundings.signal)
    this.claim = new CallClaim('tool', input.toolName)
  }

  /** @throws KansaError `KANSA_NOT_RECORDED` when the call must not be made */
  begin(): void {
    const { input, origin } = this
    if (this.outer !== undefined) return
    origin.announce('ToolCall', () => {
      this.callId = callIdOf(input)
      return { kind: 'ToolCall', name: input.toolName, callId: this.callId, input }
    })
  }

  enter<T>(step: () => T): T {
    return this.outer === undefined ? this.claim.enter(step) : step()
  }

  /** Runs a step that makes several calls at once. */
  static enterAll<T>(calls: readonly ToolCall[], step: () => T): T {
    const own = calls.filter(({ outer }) => outer === undefined)
    return CallClaim.enterAll(
      own.map(({ claim }) => claim),
      step,
    )
  }

  chunk(value: unknown): void {
    this.streamed.add(() => this.previewOf(value) ?? textOf(value))
  }

  /** What is learnt while the call is going on: its server, a permission decision. The latest counts. */
  tell(facts: Partial<ToolCallInput>): void {
    this.told = { ...this.told, ...facts }
  }

  end(outcome: CallOutcome): void {
    if (this.ended) return
    this.ended = true
    const { origin, claim } = this
    const input: ToolCallInput = { ...claim.facts, ...this.input, ...this.told }
    if (this.outer !== undefined) {
      const { toolServer, toolVersion } = input
      return this.outer.tell({ toolServer, toolVersion, ...toolErrorOf(outcome) })
    }
    const failure = origin.failureOf(outcome)
    const certain: ToolCallInput = {
      ...this.outputOf(outcome),
      toolName: input.toolName,
      parameters: input.parameters,
      executionTime: origin.startTimeMillis,
      durationMs: this.told.durationMs ?? origin.elapsedMillis(),
      success: failure === undefined,
      error: failure?.message,
      errorType: failure?.errorType,
      ...errorHandedOn(outcome, claim.facts),
      ...toolErrorOf(outcome),
      ...(this.callId !== undefined && { callId: this.callId }),
      ...(outcome.kind === 'refused' && { permissionGranted: false }),
    }
    origin.log(
      logger => logger.logToolCall(addFields({ ...certain }, input)),
      logger => logger.logToolCall(certain),
    )
  }

  private outputOf(outcome: CallOutcome): Partial<ToolCallInput> {
    if (outcome.kind === 'returned') return { output: outcome.value, outputPreview: this.previewOf(outcome.value) }
    const { text, complete } = this.streamed
    return text === '' ? {} : { outputPreview: text, output: complete ? text : undefined }
  }
}

/** MCP servers report a failed tool in its result. */
function toolErrorOf(outcome: CallOutcome): Partial<ToolCallInput> {
  if (outcome.kind !== 'returned' || readData(outcome.value, 'isError') !== true) return {}
  const error = textOfContent(readData(outcome.value, 'content'))
  return { success: false, errorType: 'tool_error', error: error === '' ? 'tool_error' : error }
}

/**
 * Of such a result frameworks hand on the text alone, some of them as JSON. Where the answer is another one in the end, the
 * tool did not fail.
 */
function errorHandedOn(outcome: CallOutcome, { success, error }: ToldFacts): Partial<ToolCallInput> {
  if (outcome.kind !== 'returned' || success !== false || typeof error !== 'string') return {}
  const answer = textOfContent(outcome.value)
  const isSame = answer.includes(error) || answer.includes(JSON.stringify(error).slice(1, -1))
  return isSame ? { success, errorType: 'tool_error', error } : {}
}
