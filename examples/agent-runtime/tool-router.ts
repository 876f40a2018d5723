/** Takes each tool call of the model through the permission policy into the sandbox. Every call is recorded. */
import { wrapTool } from 'kansa'
import type { ToolCallRequest } from './chat-wire.ts'
import { splitCommand } from './command-line.ts'
import { refusedBy } from './permission-policy.ts'
import type { PermissionPolicy, Verdict } from './permission-policy.ts'
import type { Sandbox } from './sandbox-policy.ts'
import { stringArgument } from './tools.ts'
import type { Tool, ToolArguments, ToolContext } from './tools.ts'

/** What the model gets to read, also when the call failed. */
export interface ToolResult {
  readonly success: boolean
  readonly result: string
}

interface PreparedCall {
  readonly verdict: Verdict
  readonly start: (context: ToolContext) => Promise<string>
}

export class PermissionDenied extends Error {
  override readonly name = 'PermissionDenied'
}

export class ToolRouter {
  private readonly policy: PermissionPolicy
  private readonly sandbox: Sandbox

  constructor(policy: PermissionPolicy, sandbox: Sandbox) {
    this.policy = policy
    this.sandbox = sandbox
  }

  /**
   * Runs one call. What goes wrong is the model's to read and to react to.
   * @throws AbortError when `signal` is aborted
   */
  async run(call: ToolCallRequest, tools: readonly Tool[], signal: AbortSignal): Promise<ToolResult> {
    const { verdict, start } = await this.prepare(call, tools)
    // A call that is refused goes through the wrapper like one that runs, so every attempt is on record.
    const audited = wrapTool(start, {
      toolName: call.function.name,
      callId: call.id,
      parameters: () => call.function.arguments,
      sandboxPolicy: this.sandbox.policyName,
      ...verdict,
    })
    try {
      const output = await audited({ sandbox: this.sandbox, signal })
      return { success: true, result: cut(output, this.sandbox.maxOutputChars) }
    } catch (error) {
      signal.throwIfAborted()
      return { success: false, result: `Error: ${error instanceof Error ? error.message : String(error)}` }
    }
  }

  private async prepare(call: ToolCallRequest, tools: readonly Tool[]): Promise<PreparedCall> {
    try {
      const { name, arguments: json } = call.function
      const tool = tools.find(tool => tool.name === name)
      if (tool === undefined) throw new Error(`there is no tool ${name}`)
      const args = parseArguments(json)
      const command = name === 'shell' ? splitCommand(stringArgument(args, 'command')) : []
      const verdict = await this.policy.decide({ tool: name, callId: call.id, command })
      if (verdict.permissionGranted) return { verdict, start: context => tool.run(args, context) }
      return { verdict, start: refusal(new PermissionDenied(`not permitted, ${verdict.decisionReason}`)) }
    } catch (error) {
      // What cannot be understood cannot be judged: it is refused.
      return { verdict: refusedBy('tool-router', 'the call is malformed'), start: refusal(error) }
    }
  }
}

function refusal(reason: unknown): PreparedCall['start'] {
  return () => Promise.reject(reason)
}

function parseArguments(json: string): ToolArguments {
  const value: unknown = JSON.parse(json === '' ? '{}' : json)
  if (typeof value !== 'object' || value === null) throw new TypeError('the arguments must be an object')
  return { ...value }
}

function cut(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars)}\n… ${text.length - maxChars} characters more`
}
