/** Who decided that a tool may run, in the words of the agent's process and of the application's callbacks. */
import type { ToolCallInput } from '../../events/inputs.ts'
import { readData } from '../../pipeline/observe/property.ts'
import { givenText } from '../given-text.ts'

export type Decision = Pick<
  ToolCallInput,
  'decision' | 'decidedBy' | 'decidedByType' | 'decidedAt' | 'decisionReason' | 'policyName'
>

/** What the application's `canUseTool` answers. It says of itself whether it has asked a person. */
export function decisionOfCallback(result: unknown): Decision | undefined {
  const behavior = readData(result, 'behavior')
  if (behavior !== 'allow' && behavior !== 'deny') return undefined
  const asked = givenText(readData(result, 'decisionClassification'))?.startsWith('user') === true
  return {
    decision: behavior === 'allow' ? 'Allow' : 'Deny',
    decidedBy: 'canUseTool',
    decidedByType: asked ? 'user' : 'rule',
    decidedAt: Date.now(),
    decisionReason: givenText(readData(result, 'message')),
  }
}

/** What a hook of the application's answers; most say nothing of permissions. */
export function decisionOfHook(output: unknown): Decision | undefined {
  const specific = readData(output, 'hookSpecificOutput')
  const request = readData(specific, 'decision')
  const said = readData(specific, 'permissionDecision') ?? readData(request, 'behavior') ?? readData(output, 'decision')
  const decision = DECISIONS.get(String(said))
  if (decision === undefined) return undefined
  const reason =
    readData(specific, 'permissionDecisionReason') ?? readData(request, 'message') ?? readData(output, 'reason')
  const decidedBy = givenText(readData(specific, 'hookEventName')) ?? 'hook'
  return { decision, decidedBy, decidedByType: 'rule', decidedAt: Date.now(), decisionReason: givenText(reason) }
}

const DECISIONS: ReadonlyMap<string, 'Allow' | 'Deny' | 'Ask'> = new Map([
  ['allow', 'Allow'],
  ['approve', 'Allow'],
  ['deny', 'Deny'],
  ['block', 'Deny'],
  ['ask', 'Ask'],
])

/** A denial by the agent's process: by a rule of its settings, by its mode, by its classifier. */
export function denialOf(told: unknown): Decision {
  const type = givenText(readData(told, 'decision_reason_type'))
  const reason = readData(told, 'decision_reason') ?? readData(told, 'reason') ?? readData(told, 'message')
  return {
    decision: 'Deny',
    decidedByType: type === 'classifier' ? 'agent' : type === 'mode' ? 'default' : 'rule',
    decidedBy: type,
    decidedAt: Date.now(),
    decisionReason: givenText(reason),
  }
}

/** A tool that has run, though nobody was asked: its mode, or a rule of the settings, allows it. */
export function allowedBy(mode: string | undefined): Decision {
  if (mode === undefined) return {}
  const decidedByType = mode === 'bypassPermissions' ? 'default' : 'rule'
  return { decision: 'Allow', decidedByType, policyName: `permission mode ${mode}` }
}

export function modeOf(input: unknown): string | undefined {
  return givenText(readData(input, 'permission_mode'))
}
