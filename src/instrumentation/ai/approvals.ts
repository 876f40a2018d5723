/**
 * Permission decisions on tool calls. They are parts of messages: a step asks (`tool-approval-request`), and a rule answers
 * in the same step, or a person in the messages of the next run (`tool-approval-response`).
 */
import type { ToolCallInput } from '../../events/inputs.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import { isObject, readData, readDataPath } from '../../pipeline/observe/property.ts'
import { givenText } from '../given-text.ts'
import { recordDenial, recordPermissionRequest } from '../permission-events.ts'
import type { UndoneToolCall } from '../permission-events.ts'

/** What one part says of one tool call. */
interface Decision {
  readonly callId: string
  readonly toolName: string
  readonly parameters: unknown
  readonly approved: boolean
  readonly reason: string | undefined
}

type DecisionFields = Pick<ToolCallInput, 'decision' | 'decidedByType' | 'decisionReason'>

export class Approvals {
  private readonly within: <T>(step: () => T) => T
  // Owned by this object: what a person has answered, by the id of the tool call.
  private readonly answers = new Map<string, Decision>()

  /** Denials among the answers are recorded: there is no other trace of the call that was not made. */
  constructor(within: <T>(step: () => T) => T, messages: unknown) {
    this.within = within
    for (const answer of guarded('reading approvals', () => answersIn(messages)) ?? []) {
      this.answers.set(answer.callId, answer)
      if (!answer.approved) this.recordDenial(answer, 'user')
    }
  }

  /** For the record of a call that is made now. */
  decisionOn(callId: unknown): DecisionFields {
    const answer = typeof callId === 'string' ? this.answers.get(callId) : undefined
    if (answer === undefined) return {}
    return { decision: 'Allow', decidedByType: 'user', decisionReason: answer.reason }
  }

  /** Records what a step asks for, and what a rule denied in it. */
  readStep(content: unknown): void {
    guarded('reading approvals', () => {
      const parts = listOf(content)
      for (const part of ofType(parts, 'tool-approval-response')) {
        const decision = decisionOf(part, readData(part, 'toolCall'))
        if (decision !== undefined && !decision.approved) this.recordDenial(decision, 'rule')
      }
      for (const part of ofType(parts, 'tool-approval-request')) {
        if (readData(part, 'isAutomatic') !== true) this.recordQuestion(part)
      }
    })
  }

  private recordQuestion(part: unknown): void {
    const asked = decisionOf(part, readData(part, 'toolCall'))
    if (asked !== undefined) this.within(() => recordPermissionRequest(callOf(asked)))
  }

  private recordDenial(denied: Decision, decidedByType: 'user' | 'rule'): void {
    const error = { error: 'permission denied', errorType: 'permission_denied' }
    this.within(() => recordDenial({ ...callOf(denied), ...error, decidedByType }))
  }
}

function callOf({ toolName, callId, parameters, reason }: Decision): UndoneToolCall {
  return { toolName, callId, parameters, decisionReason: reason }
}

/**
 * The answers that the SDK acts on: those in the newest message. Older ones were acted on in the run that got them; one
 * with a result beside it was, too, unless the result is no more than the denial, as a user interface sends it.
 */
function answersIn(messages: unknown): readonly Decision[] {
  const list = listOf(messages)
  const newest = list.at(-1)
  if (readData(newest, 'role') !== 'tool') return []
  const parts = listOf(readData(newest, 'content'))
  const results = ofType(parts, 'tool-result').filter(
    part => readDataPath(part, ['output', 'type']) !== 'execution-denied',
  )
  const settled = new Set(results.map(part => readData(part, 'toolCallId')))
  const earlier = list.flatMap(message => listOf(readData(message, 'content')))
  const requests = ofType(earlier, 'tool-approval-request')
  const calls = ofType(earlier, 'tool-call')
  return ofType(parts, 'tool-approval-response').flatMap(part => {
    const approvalId = readData(part, 'approvalId')
    const request = requests.find(each => readData(each, 'approvalId') === approvalId)
    const callId = readData(request, 'toolCallId')
    if (settled.has(callId)) return []
    return (
      decisionOf(
        part,
        calls.find(each => readData(each, 'toolCallId') === callId),
      ) ?? []
    )
  })
}

function decisionOf(part: unknown, call: unknown): Decision | undefined {
  const callId = readData(call, 'toolCallId')
  const toolName = readData(call, 'toolName')
  if (typeof callId !== 'string' || typeof toolName !== 'string') return undefined
  return {
    callId,
    toolName,
    parameters: readData(call, 'input'),
    approved: readData(part, 'approved') === true,
    reason: givenText(readData(part, 'reason')),
  }
}

function ofType(parts: readonly unknown[], type: string): readonly unknown[] {
  return parts.filter(part => readData(part, 'type') === type)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
