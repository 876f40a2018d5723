/** The tools of a generation: what they are called, and copies of them whose calls are recorded. */
import { isObject, readData, readProperty } from '../../pipeline/observe/property.ts'
import { observeToolCall } from '../observed-calls.ts'
import type { AiRun } from './ai-run.ts'
import { outsideOfSdk } from './layers.ts'

/** Names of those that run here. Others are the provider's, or run where the user is. */
export function executableTools(tools: unknown): readonly string[] {
  if (!isObject(tools)) return []
  return Object.keys(tools).filter(name => typeof readProperty(readData(tools, name), 'execute') === 'function')
}

/** The application's own tools stay as they are. */
export function auditedTools(tools: unknown, run: AiRun): unknown {
  if (!isObject(tools)) return tools
  const audited = executableTools(tools).map(name => [name, auditedTool(name, readData(tools, name), run)])
  return { ...tools, ...Object.fromEntries(audited) }
}

function auditedTool(toolName: string, tool: unknown, run: AiRun): unknown {
  const execute = readProperty(tool, 'execute')
  if (!isObject(tool) || typeof execute !== 'function') return tool
  const value = new Proxy(execute, {
    apply: (method, _self: unknown, args: unknown[]): unknown => {
      const [parameters, options] = args
      const callId = readData(options, 'toolCallId')
      const signal = readData(options, 'abortSignal')
      // With the application's own tool as `this`.
      const proceed = (): unknown => outsideOfSdk((): unknown => Reflect.apply(method, tool, args))
      return run.enter(() =>
        observeToolCall({ method, proceed }, () => ({
          toolName,
          callId: typeof callId === 'string' ? callId : undefined,
          parameters,
          signal: signal instanceof AbortSignal ? signal : undefined,
          ...run.approvals.decisionOn(callId),
        })),
      )
    },
  })
  const own = Object.getOwnPropertyDescriptors(tool)
  const changed = { value, enumerable: true, writable: true, configurable: true }
  return Object.create(Object.getPrototypeOf(tool), { ...own, execute: changed })
}
