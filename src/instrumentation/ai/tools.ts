/** The tools of a generation: what they are called, and copies of them whose calls are recorded. */
import { observeCall } from '../../pipeline/observe/call.ts'
import type { CallObserver } from '../../pipeline/observe/outcome.ts'
import { isObject, readData, readProperty } from '../../pipeline/observe/property.ts'
import { startToolCall } from '../observed-calls.ts'
import type { ToolRequest } from '../observed-calls.ts'
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
        observeCall(method, proceed, () =>
          lastOf({
            toolName,
            callId: typeof callId === 'string' ? callId : undefined,
            parameters,
            signal: signal instanceof AbortSignal ? signal : undefined,
            ...run.approvals.decisionOn(callId),
          }),
        ),
      )
    },
  })
  const own = Object.getOwnPropertyDescriptors(tool)
  const changed = { value, enumerable: true, writable: true, configurable: true }
  return Object.create(Object.getPrototypeOf(tool), { ...own, execute: changed })
}

/** Of what a generator yields, all is preliminary but the last. */
function lastOf(request: ToolRequest): CallObserver {
  const call = startToolCall(request)
  let last: unknown
  return {
    begin: () => call.begin(),
    enter: step => call.enter(step),
    chunk: value => (last = value),
    end: outcome =>
      call.end(outcome.kind === 'streamed' && !outcome.aborted ? { kind: 'returned', value: last } : outcome),
  }
}
