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

/** The calls that a runner's newest message asks for. */
interface AskedCalls {
  readonly message: unknown
  /** Of the calls whose function was not started yet, by tool. */
  readonly ids: Map<string, string[]>
  /** Of all others, so that two calls of one tool are told apart. */
  readonly started: Set<string>
}

// By runner. Owned by `callIdIn`.
const askedCalls = new WeakMap<object, AskedCalls>()

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
  const message: unknown = messages.findLast((each: unknown) => readData(each, 'role') === 'assistant')
  let asked = askedCalls.get(runner)
  if (asked === undefined || asked.message !== message) {
    const started = asked?.started ?? new Set<string>()
    asked = { message, ids: idsByTool(message, started), started }
    askedCalls.set(runner, asked)
  }
  const id = asked.ids.get(toolName)?.shift()
  if (id !== undefined) asked.started.add(id)
  return id
}

/** Read once for each message: one that asks for a hundred calls is not read a hundred times. */
function idsByTool(message: unknown, started: ReadonlySet<string>): Map<string, string[]> {
  const ids = new Map<string, string[]>()
  const calls = readData(message, 'tool_calls')
  if (!Array.isArray(calls)) return ids
  for (const call of calls) {
    const name = givenText(readData(readData(call, 'function'), 'name'))
    const id = givenText(readData(call, 'id'))
    if (name === undefined || id === undefined || started.has(id)) continue
    const others = ids.get(name)
    if (others === undefined) ids.set(name, [id])
    else others.push(id)
  }
  return ids
}

/** With everything that is not enumerable, which is how the SDK's own tools are marked. */
function copyWith(original: object, key: string, value: unknown): object {
  const own = Object.getOwnPropertyDescriptors(original)
  const enumerable = Object.getOwnPropertyDescriptor(original, key)?.enumerable ?? true
  const changed = { value, enumerable, writable: true, configurable: true }
  return Object.create(Object.getPrototypeOf(original), { ...own, [key]: changed })
}
