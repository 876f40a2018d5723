/** The functions that `runTools()` calls when the model asks for them. */
import { guarded } from '../../pipeline/observe/fault.ts'
import { isObject, readData, readProperty } from '../../pipeline/observe/property.ts'
import { observeToolCall } from '../observed-calls.ts'
import { givenText } from '../given-text.ts'

/** The body with each of its tools' functions audited. The caller's own body and tools stay as they are. */
export function withAuditedTools(body: unknown): unknown {
  const tools = readData(body, 'tools')
  if (!isObject(body) || !Array.isArray(tools)) return body
  return copyWith(
    body,
    'tools',
    tools.map((tool: unknown) => guarded('auditing a tool', () => auditedTool(tool)) ?? tool),
  )
}

function auditedTool(tool: unknown): unknown {
  const definition = readProperty(tool, 'function')
  if (!isObject(tool) || !isObject(definition)) return tool
  const given = readProperty(definition, 'function')
  const fallback = typeof given === 'function' ? given.name : undefined
  const name = givenText(readProperty(definition, 'name')) ?? fallback
  if (name === undefined) return tool
  // What `zodFunction()` and its like make holds the function beside the definition that is sent.
  const callback = readProperty(tool, '$callback')
  if (typeof callback === 'function') return copyWith(tool, '$callback', auditedFunction(callback, name))
  if (typeof given !== 'function') return tool
  return copyWith(tool, 'function', copyWith(definition, 'function', auditedFunction(given, name)))
}

// Keyed by runner: ids of calls whose function was started, so that two calls of one tool are told apart.
const startedCalls = new WeakMap<object, Set<string>>()

function auditedFunction(fn: object, toolName: string): object {
  return new Proxy(fn, {
    apply: (method: object, self: unknown, args: unknown[]): unknown => {
      const [parameters, runner] = args
      const proceed = (): unknown => (typeof method === 'function' ? Reflect.apply(method, self, args) : undefined)
      return observeToolCall({ method, proceed }, () => {
        const callId = guarded('finding the call', () => callIdIn(runner, toolName))
        const signal = readProperty(readProperty(runner, 'controller'), 'signal')
        return { toolName, callId, parameters, signal: signal instanceof AbortSignal ? signal : undefined }
      })
    },
  })
}

/** The runner starts the functions in the order in which its newest message asks for them. */
function callIdIn(runner: unknown, toolName: string): string | undefined {
  const messages = readProperty(runner, 'messages')
  if (!isObject(runner) || !Array.isArray(messages)) return undefined
  const asking: unknown = messages.findLast((message: unknown) => readData(message, 'role') === 'assistant')
  const calls = readData(asking, 'tool_calls')
  if (!Array.isArray(calls)) return undefined
  const started = startedCalls.get(runner) ?? new Set<string>()
  startedCalls.set(runner, started)
  const id = calls
    .filter((call: unknown) => readData(readData(call, 'function'), 'name') === toolName)
    .map((call: unknown) => givenText(readData(call, 'id')))
    .find(each => each !== undefined && !started.has(each))
  if (id !== undefined) started.add(id)
  return id
}

/** With everything that is not enumerable, which is how the SDK's own tools are marked. */
function copyWith(original: object, key: string, value: unknown): object {
  const own = Object.getOwnPropertyDescriptors(original)
  const enumerable = Object.getOwnPropertyDescriptor(original, key)?.enumerable ?? true
  const changed = { value, enumerable, writable: true, configurable: true }
  return Object.create(Object.getPrototypeOf(original), { ...own, [key]: changed })
}
