/** What is known of one tool use, and how what hooks and messages say of its end is to be read. */
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import { readData, readDataPath } from '../../pipeline/observe/property.ts'
import type { ToolCall } from '../../pipeline/observe/tool-call.ts'
import { givenText } from '../given-text.ts'
import type { ObservedRun } from '../observed-run.ts'
import { denialOf } from './permissions.ts'
import type { Decision } from './permissions.ts'

export interface ToolUse {
  readonly id: string
  readonly name: string
  /** Until it has run: what tools are given can be large. */
  input: unknown
  readonly run: ObservedRun
  readonly startMillis: number
  /** Absent where no hook told of it. */
  readonly call: ToolCall | undefined
  readonly mode: string | undefined
  decision: Decision | undefined
  /** A request for permission is recorded. */
  isAsked: boolean
  /** A result that is an error, of which no hook told: that it failed, or that it never ran. */
  failure: { readonly text: string; readonly millis: number } | undefined
  /** `open` until it has run or was denied. */
  state: 'open' | 'ended' | 'denied'
}

/** @param told by the hook of a failed tool */
export function failureOf(told: unknown): CallOutcome {
  const message = givenText(readData(told, 'error')) ?? 'tool_error'
  return failureWith(message, readData(told, 'is_interrupt') === true ? 'AbortError' : 'tool_error')
}

export function failureWith(message: string, name: 'tool_error' | 'AbortError' = 'tool_error'): CallOutcome {
  return { kind: 'threw', error: { name, message } }
}

/** Why a tool has not run, as newer versions say beside its result. `undefined`: it has, or nobody says. */
export function verdictOf(meta: unknown, id: string): Decision | 'cancelled' | undefined {
  const all: unknown[] = Array.isArray(meta) ? meta : []
  const own = all.find(each => readData(each, 'id') === id)
  const kind = readData(own, 'non_execution_kind')
  if (kind === 'cancelled' || kind === 'user-rejected') return 'cancelled'
  const permission = readData(own, 'permission_decision')
  if (readData(permission, 'decision') !== 'reject') return undefined
  return denialOf({ decision_reason_type: readData(permission, 'reason_type') ?? readData(permission, 'source') })
}

/** Tools of MCP servers are called `mcp__server__tool`. */
export function serverOf(name: string, told: unknown): string | undefined {
  return givenText(readDataPath(told, ['mcp_server', 'name'])) ?? /^mcp__(.+?)__/.exec(name)?.[1]
}
