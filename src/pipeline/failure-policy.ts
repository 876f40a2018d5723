/** The option `onFailure`: whether an action may happen that cannot be recorded. */
import { KansaError, messageOf } from '../errors.ts'
import type { AgentInput, ApiCallInput, ToolCallInput } from '../events/inputs.ts'
import type { OptionRule } from '../options.ts'
import { RepeatedProblem } from './failure-report.ts'
import type { Report } from './failure-report.ts'

/**
 * `report`: the action happens; that it could not be recorded is reported, counted, and recorded later. `block`: it
 * happens only when its intention is stored.
 */
export type FailureMode = 'report' | 'block'

/** An action about to happen, as the record of its outcome will tell of it. */
export type IntendedAction =
  | IntendedActionOf<'AgentExecution', AgentInput>
  | IntendedActionOf<'ToolCall', ToolCallInput>
  | IntendedActionOf<'ApiCall', ApiCallInput>

/** Named after the event that records the outcome. */
export type ActionKind = IntendedAction['kind']

export interface IntendedActionOf<Kind, Input> {
  readonly kind: Kind
  /** The agent, the tool, or `provider/model`. */
  readonly name: string
  /** The outcome has the same `call_id`; of an agent it is the `run_id`. */
  readonly callId: string
  /** What is known before it happens: parameters, goal, prompt, the permission decision … */
  readonly input: Readonly<Input>
}

/** For all actions, by kind (a kind that is left out is `report`), or decided for each action. */
export type FailurePolicy =
  | FailureMode
  | { readonly [Kind in ActionKind]?: FailureMode | undefined }
  | ((event: IntendedAction) => FailureMode)

const KINDS: ReadonlySet<string> = new Set<ActionKind>(['AgentExecution', 'ToolCall', 'ApiCall'])
const REPORT_MILLIS = 5000

export const ON_FAILURE: OptionRule<FailurePolicy> = {
  fallback: 'report',
  expected: '`report`, `block`, a map of AgentExecution, ToolCall and ApiCall to these, or a function that returns one',
  // Copied: what becomes of the application's object later must not open what was closed.
  read: value => (isByKind(value) ? { ...value } : isMode(value) || isDecider(value) ? value : undefined),
  toRecord: policy => (isMode(policy) ? policy : typeof policy === 'function' ? undefined : JSON.stringify(policy)),
}

/** Whether the policy is sure to block something. What a function says is known only when it is asked. */
export function isSureToBlock(policy: FailurePolicy): boolean {
  return typeof policy === 'string' ? policy === 'block' : Object.values(policy).includes('block')
}

/** The policy in force. */
export class FailureRule {
  private readonly policy: FailurePolicy
  private readonly faults: RepeatedProblem

  constructor(policy: FailurePolicy, report: Report) {
    this.policy = policy
    this.faults = new RepeatedProblem(report, REPORT_MILLIS, undecided)
  }

  /** False where no action of the kind is ever blocked, so that it need not be described. */
  mayBlock(kind: ActionKind): boolean {
    const { policy } = this
    if (typeof policy === 'string') return policy === 'block'
    return typeof policy === 'function' || policy[kind] === 'block'
  }

  /** Fails closed: a function that throws, or returns something else (a promise), does not let the action through. */
  blocks(action: IntendedAction): boolean {
    const { policy } = this
    if (typeof policy !== 'function') return this.mayBlock(action.kind)
    try {
      const mode: unknown = policy(action)
      if (isMode(mode)) return mode === 'block'
      if (mode instanceof Promise) mode.catch(() => {})
      this.faults.happened(new TypeError('it returned neither `report` nor `block`'))
    } catch (thrown) {
      this.faults.happened(thrown)
    }
    return true
  }
}

function undecided(times: number, cause: unknown): KansaError {
  const message = `the function \`onFailure\` failed ${times} time(s), and the action was taken for one to block: `
  return new KansaError('KANSA_INVALID_OPTION', message + messageOf(cause), { cause })
}

function isMode(value: unknown): value is FailureMode {
  return value === 'report' || value === 'block'
}

function isByKind(value: unknown): value is { readonly [Kind in ActionKind]?: FailureMode | undefined } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(([kind, mode]) => KINDS.has(kind) && (mode === undefined || isMode(mode)))
}

function isDecider(value: unknown): value is (event: IntendedAction) => FailureMode {
  return typeof value === 'function'
}
