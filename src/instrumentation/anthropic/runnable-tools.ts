/** The tools that a tool runner calls when the model asks for them. */
import { guarded } from '../../pipeline/observe/fault.ts'
import { shadowMethod } from '../../pipeline/observe/method.ts'
import { isObject, readData, readProperty } from '../../pipeline/observe/property.ts'
import { observeToolCall } from '../observed-calls.ts'
import type { ToolRequest } from '../observed-calls.ts'
import type { Patches } from '../patches.ts'

/**
 * Makes a function that has each tool's `run()` recorded from then on, on the tool itself: a copy would not be what the
 * runner's `params` gave before, and the private fields of a class would be missing in it.
 */
export function toolAuditor(patches: Patches): (tools: unknown) => void {
  // Owned by this function: tools that are audited already. They are handed in with every runner.
  const audited = new WeakSet<object>()
  let active = true
  patches.onUndo(() => (active = false))
  return tools => {
    if (!Array.isArray(tools)) return
    const list: readonly unknown[] = tools
    for (const tool of list) {
      if (!isObject(tool) || audited.has(tool)) continue
      const name = readProperty(tool, 'name')
      const type = readProperty(tool, 'type')
      const done = shadowMethod(tool, 'run', (original, args) => {
        const method = original
        const proceed = (): unknown => original(args)
        return active ? observeToolCall({ method, proceed }, () => toolRequest(name, type, args)) : proceed()
      })
      if (done) audited.add(tool)
    }
  }
}

/**
 * A tool gets its input and a context, a toolset (browser, computer) the context and the model's block. Older versions of
 * the SDK give no context, and so nothing that has the call's id.
 */
function toolRequest(name: unknown, type: unknown, args: readonly unknown[]): ToolRequest {
  const isToolset = typeof name !== 'string'
  const context = args[isToolset ? 0 : 1]
  const block = readData(context, 'toolUseBlock') ?? readData(context, 'toolUse')
  const asked = readData(block, 'name')
  const callId = readData(block, 'id')
  const signal = readProperty(context, 'signal')
  const names = isToolset ? [asked, type] : [name]
  return {
    toolName: names.find(each => typeof each === 'string') ?? 'unknown',
    callId: typeof callId === 'string' ? callId : undefined,
    parameters: isToolset ? readData(block, 'input') : args[0],
    signal: signal instanceof AbortSignal ? signal : undefined,
  }
}

/** The tools of a runner or thread, whose parameters are read anew: they change while it goes on. */
export function auditToolsOf(holder: unknown, auditTools: (tools: unknown) => void): void {
  guarded('auditing tools', () => auditTools(readProperty(readProperty(holder, 'params'), 'tools')))
}
