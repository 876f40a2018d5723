/**
 * Calls that a server handles. Where the client is in the same process and shares its memory, the call is recorded by the
 * client, which knows the agent; over any other transport the two are two parties, each with a record of its own.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { guarded } from '../../pipeline/observe/fault.ts'
import { observeCall } from '../../pipeline/observe/call.ts'
import { readData, readPath, readProperty } from '../../pipeline/observe/property.ts'
import { observeSettling } from '../../pipeline/observe/settling.ts'
import type { PatchedCall } from '../patches.ts'
import { notePermission } from './elicitation.ts'
import { clientCalls, McpToolCall } from './tool-call.ts'
import { givenText } from '../given-text.ts'

/** The key of requests from the revision 2026-07-28 of the protocol on. */
const CLIENT_INFO = 'io.modelcontextprotocol/clientInfo'

/** The call that is being handled, where it has a record of its own. */
const handling = new AsyncLocalStorage<McpToolCall | undefined>()

/** A handler of the server's: the one for calls of tools. */
export function auditedServerHandler(handler: object, server: unknown): object {
  return new Proxy(handler, {
    apply: (method, self: unknown, args: unknown[]): unknown => {
      const proceed = (): unknown => (typeof method === 'function' ? Reflect.apply(method, self, args) : undefined)
      const [request, extra] = args
      if (readData(request, 'method') !== 'tools/call') return proceed()
      const name = readPath(request, ['params', 'name'])
      const ofClient = clientCalls.getStore()
      if (ofClient?.served === false && ofClient.observed.toolName === name) {
        ofClient.served = true
        return handling.run(undefined, proceed)
      }
      let handled: McpToolCall | undefined
      return observeCall(
        method,
        () => handling.run(handled, proceed),
        () => (handled = toolCallOf(server, request, extra)),
      )
    },
  })
}

function toolCallOf(server: unknown, request: unknown, extra: unknown): McpToolCall {
  const params = readData(request, 'params')
  const signal = readProperty(extra, 'signal') ?? readPath(extra, ['mcpReq', 'signal'])
  return new McpToolCall({
    toolName: givenText(readData(params, 'name')) ?? 'unknown',
    parameters: readData(params, 'arguments') ?? {},
    signal: signal instanceof AbortSignal ? signal : undefined,
    toolServer: givenText(readPath(server, ['_serverInfo', 'name'])),
    toolVersion: givenText(readPath(server, ['_serverInfo', 'version'])),
    // Who acts is at the other end, as it introduced itself: with each request, or when it connected.
    actorId:
      givenText(readPath(extra, ['mcpReq', 'envelope', CLIENT_INFO, 'name'])) ??
      givenText(readPath(server, ['_clientVersion', 'name'])),
    sessionId: givenText(readProperty(extra, 'sessionId')),
    labels: { mcp_side: 'server' },
  })
}

/** A question to the person at the client's end. Where the client is in this process it is recorded there. */
export function elicitInput(call: PatchedCall): unknown {
  const answer = call.proceed()
  const observed = handling.getStore()
  if (observed === undefined) return answer
  const server = givenText(readPath(call.self, ['_serverInfo', 'name']))
  const note = (answered: unknown): void => {
    guarded('reading an answer', () => notePermission(observed, server, call.args[0], answered))
  }
  observeSettling(answer, { ended: false, fulfilled: note, rejected: () => {} })
  return answer
}
