/** From a request of the Anthropic client to what is recorded of it. */
import { abortSignalIn } from '../../pipeline/observe/origin.ts'
import { readData } from '../../pipeline/observe/property.ts'
import { promptIn } from '../observed-calls.ts'
import type { ModelRequest } from '../observed-calls.ts'
import { providerOfClient } from './cloud-clients.ts'

/** Types of tools that the provider runs itself; what follows is their date. */
const RUN_BY_PROVIDER = /^(web_search|web_fetch|code_execution|tool_search|advisor|mcp_toolset)/

/** @param args `body`, `options` */
export function modelRequest(client: unknown, args: readonly unknown[]): ModelRequest {
  const [body] = args
  const model = readData(body, 'model')
  return {
    provider: providerOfClient(client),
    model: typeof model === 'string' ? model : 'unknown',
    operation: 'chat',
    prompt: promptIn(body),
    request: body,
    signal: abortSignalIn(args),
  }
}

/** Names of the tools that the application runs. */
export function toolNames(body: unknown): readonly unknown[] {
  const tools = readData(body, 'tools')
  if (!Array.isArray(tools)) return []
  return tools
    .filter((tool: unknown) => !RUN_BY_PROVIDER.test(String(readData(tool, 'type'))))
    .map((tool: unknown) => readData(tool, 'name'))
}
