/** From the parameters of `@google/genai` to what is recorded of a call. */
import { readData, readProperty } from '../../pipeline/observe/property.ts'
import { promptIn } from '../observed-calls.ts'
import type { ModelRequest } from '../observed-calls.ts'
import { providerOfUrl } from '../provider-name.ts'

/** @param operation OpenTelemetry's name: `generate_content`, `embeddings` */
export function modelRequest(operation: string, apiClient: unknown, params: unknown): ModelRequest {
  const model = readData(params, 'model')
  const signal = readProperty(readData(params, 'config'), 'abortSignal')
  return {
    provider: providerOf(apiClient),
    model: typeof model === 'string' ? model : 'unknown',
    operation,
    prompt: promptIn(params),
    request: params,
    signal: signal instanceof AbortSignal ? signal : undefined,
  }
}

function providerOf(apiClient: unknown): string {
  const options = readProperty(apiClient, 'clientOptions')
  return providerOfUrl(readProperty(readProperty(options, 'httpOptions'), 'baseUrl'), 'google')
}

/** Names of the functions that are declared to the model. */
export function declaredToolNames(params: unknown): readonly unknown[] {
  const tools = readData(readData(params, 'config'), 'tools')
  if (!Array.isArray(tools)) return []
  return tools.flatMap((tool: unknown) => {
    const declarations = readData(tool, 'functionDeclarations')
    return Array.isArray(declarations) ? declarations.map((one: unknown) => readData(one, 'name')) : []
  })
}
