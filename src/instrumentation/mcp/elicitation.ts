/** Questions that a server asks a person while it handles a call. Some of them ask for permission. */
import { ambientLogger } from '../../pipeline/global-logger.ts'
import { isObject, readData } from '../../pipeline/observe/property.ts'
import type { McpToolCall } from './tool-call.ts'
import { givenText } from '../given-text.ts'

/**
 * Notes the decision on the call, and a denial as a finding, where the question was one that yes or no answers.
 * @param call that it belongs to, where that is certain
 * @param params of the request
 */
export function notePermission(
  call: McpToolCall | undefined,
  server: string | undefined,
  params: unknown,
  answer: unknown,
): void {
  if (!isPermission(params)) return
  const allowed = isYes(answer)
  const decisionReason = givenText(readData(params, 'message'))
  call?.tell({ decision: allowed ? 'Allow' : 'Deny', decidedByType: 'user', decisionReason })
  if (allowed) return
  const log = (): void => {
    const tool = call === undefined ? 'a tool' : `the tool ${call.toolName}`
    ambientLogger().logSecurityEvent({
      severity: 'Warning',
      category: 'PermissionDenied',
      message: `A person denied ${tool} permission${decisionReason === undefined ? '' : `: ${decisionReason}`}.`,
      source: 'mcp',
      action: 'Blocked',
      context: {
        ...(call !== undefined && { tool_name: call.toolName }),
        ...(server !== undefined && { tool_server: server }),
        decided_by_type: 'user',
      },
    })
  }
  if (call === undefined) log()
  else call.logInRun(log)
}

/** A form without fields, or with nothing but boxes to tick, asks whether; every other one asks what. */
function isPermission(params: unknown): boolean {
  const mode = readData(params, 'mode')
  if (mode !== undefined && mode !== 'form') return false
  const properties = readData(readData(params, 'requestedSchema'), 'properties')
  return valuesOf(properties).every(property => readData(property, 'type') === 'boolean')
}

function isYes(answer: unknown): boolean {
  return readData(answer, 'action') === 'accept' && !valuesOf(readData(answer, 'content')).includes(false)
}

function valuesOf(value: unknown): readonly unknown[] {
  return isObject(value) ? Object.values(value) : []
}
