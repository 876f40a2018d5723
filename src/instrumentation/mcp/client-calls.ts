/** Calls that a client makes, by whichever of its methods. */
import { guarded } from '../../pipeline/observe/fault.ts'
import { observeCall } from '../../pipeline/observe/call.ts'
import { abortSignalIn } from '../../pipeline/observe/origin.ts'
import { isObject, readData, readPath } from '../../pipeline/observe/property.ts'
import { observeSettling } from '../../pipeline/observe/settling.ts'
import type { PatchedCall } from '../patches.ts'
import { notePermission } from './elicitation.ts'
import { clientCalls, McpToolCall } from './tool-call.ts'

// Owned by this file's functions: calls without an answer yet, by client.
const underWay = new WeakMap<object, Set<McpToolCall>>()

export function callTool(call: PatchedCall): unknown {
  return observed(call, call.args[0])
}

/**
 * What every request goes through, those of `callTool` included; or `requestStream`, of which the server may make a task that
 * ends later.
 */
export function request(call: PatchedCall): unknown {
  const isToolCall = readData(call.args[0], 'method') === 'tools/call'
  if (!isToolCall || clientCalls.getStore()?.client === call.self) return call.proceed()
  return observed(call, readData(call.args[0], 'params'))
}

function observed(call: PatchedCall, params: unknown): unknown {
  const { self: client, args, method } = call
  return observeCall(
    method,
    () => call.proceed(),
    () => toolCallOf(client, params, abortSignalIn(args.slice(1))),
  )
}

function toolCallOf(client: unknown, params: unknown, signal: AbortSignal | undefined): McpToolCall {
  const name = readData(params, 'name')
  const calls = callsOf(client)
  const call = new McpToolCall(
    {
      toolName: typeof name === 'string' ? name : 'unknown',
      parameters: readData(params, 'arguments') ?? {},
      signal,
      ...serverOf(client),
    },
    { client, onEnd: ended => calls.delete(ended) },
  )
  calls.add(call)
  return call
}

/** As the server introduced itself. */
function serverOf(client: unknown): { toolServer?: string; toolVersion?: string } {
  const name = readPath(client, ['_serverVersion', 'name'])
  const version = readPath(client, ['_serverVersion', 'version'])
  return {
    ...(typeof name === 'string' && { toolServer: name }),
    ...(typeof version === 'string' && { toolVersion: version }),
  }
}

function callsOf(client: unknown): Set<McpToolCall> {
  const calls = (isObject(client) ? underWay.get(client) : undefined) ?? new Set<McpToolCall>()
  if (isObject(client)) underWay.set(client, calls)
  return calls
}

/** A handler of the client's: the one that a server asks a person through. */
export function auditedClientHandler(handler: object, client: unknown): object {
  return new Proxy(handler, {
    apply: (method, self: unknown, args: unknown[]): unknown => {
      const answer: unknown = typeof method === 'function' ? Reflect.apply(method, self, args) : undefined
      const [asked] = args
      if (readData(asked, 'method') !== 'elicitation/create') return answer
      const note = (answered: unknown): void => {
        const calls = [...callsOf(client)]
        // Requests do not say which call they belong to.
        const only = calls.length === 1 ? calls[0] : undefined
        const { toolServer } = serverOf(client)
        guarded('reading an answer', () => notePermission(only, toolServer, readData(asked, 'params'), answered))
      }
      if (!observeSettling(answer, { ended: false, fulfilled: note, rejected: () => {} })) note(answer)
      return answer
    },
  })
}
