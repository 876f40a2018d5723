/** The tools of automatic function calling: one object runs all functions that the model asks for at once. */
import { guarded } from '../../pipeline/observe/fault.ts'
import { shadowMethod } from '../../pipeline/observe/method.ts'
import { isObject, readData, readProperty } from '../../pipeline/observe/property.ts'
import { observeSettling } from '../../pipeline/observe/settling.ts'
import { ToolCall } from '../../pipeline/observe/tool-call.ts'
import { startToolCall } from '../observed-calls.ts'

// Tools that are audited already: they are handed in with every request.
const audited = new WeakSet<object>()

export function auditCallableTools(tools: unknown): void {
  if (!Array.isArray(tools)) return
  const list: readonly unknown[] = tools
  for (const tool of list) {
    if (!isObject(tool) || audited.has(tool) || typeof readProperty(tool, 'callTool') !== 'function') continue
    if (shadowMethod(tool, 'callTool', (original, args) => callTool(args, () => original(args)))) audited.add(tool)
  }
}

function callTool(args: readonly unknown[], proceed: () => unknown): unknown {
  const calls = guarded('reading function calls', () => startedCalls(args[0])) ?? []
  let result: unknown
  try {
    for (const { call } of calls) call.begin()
    result = ToolCall.enterAll(
      calls.map(({ call }) => call),
      proceed,
    )
  } catch (error) {
    for (const { call } of calls) call.end({ kind: 'threw', error })
    throw error
  }
  observeSettling(result, {
    ended: false,
    fulfilled: parts => endAll(calls, parts),
    rejected: error => calls.forEach(({ call }) => call.end({ kind: 'threw', error })),
  })
  return result
}

interface StartedCall {
  readonly id: string | undefined
  readonly name: string
  readonly call: ToolCall
}

function startedCalls(functionCalls: unknown): readonly StartedCall[] {
  if (!Array.isArray(functionCalls)) return []
  return functionCalls.flatMap((asked: unknown) => {
    const name = readData(asked, 'name')
    const id = readData(asked, 'id')
    if (typeof name !== 'string') return []
    const callId = typeof id === 'string' ? id : undefined
    return [{ id: callId, name, call: startToolCall({ toolName: name, callId, parameters: readData(asked, 'args') }) }]
  })
}

/** Each function's answer is found by its id, or where there is none (in those of MCP servers) by its name, in order. */
function endAll(calls: readonly StartedCall[], parts: unknown): void {
  const answers: unknown[] = Array.isArray(parts)
    ? parts.map((part: unknown) => readData(part, 'functionResponse')).filter(isObject)
    : []
  for (const { id, name, call } of calls) {
    const index = answers.findIndex(answer => {
      const answered = readData(answer, 'id')
      return readData(answer, 'name') === name && (id === undefined || answered === undefined || answered === id)
    })
    const [answer] = index < 0 ? [] : answers.splice(index, 1)
    const response = readData(answer, 'response')
    const error = readData(response, 'error')
    // The whole result of an MCP server's tool, which says what went wrong.
    const isResult = readData(error, 'isError') === true
    const failed = !isResult && (typeof error === 'string' || isObject(error))
    call.end(failed ? { kind: 'threw', error } : { kind: 'returned', value: isResult ? error : response })
  }
}
