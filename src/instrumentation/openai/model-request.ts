/** From a request of the `openai` client to what is recorded of it. */
import type { ApiCallInput } from '../../events/inputs.ts'
import { readData, readProperty } from '../../pipeline/observe/property.ts'
import { abortSignalIn } from '../../pipeline/observe/origin.ts'
import { givenText } from '../given-text.ts'
import { promptIn } from '../observed-calls.ts'
import type { ModelRequest } from '../observed-calls.ts'
import { AZURE_OPENAI, providerOfUrl } from '../provider-name.ts'

/**
 * @param operation OpenTelemetry's name: `chat`, `embeddings`
 * @param args `body`, `options`
 */
export function modelRequest(operation: string, client: unknown, args: readonly unknown[]): ModelRequest {
  const [body] = args
  // Azure's client is given an empty one where its deployment says the model.
  const model = givenText(readData(body, 'model')) ?? givenText(readProperty(client, 'deploymentName'))
  return {
    provider: providerOf(client),
    // A stored prompt may stand for the model.
    model: model ?? 'unknown',
    operation,
    prompt: promptIn(body),
    request: body,
    signal: abortSignalIn(args),
    factsOf: failureIn,
  }
}

/** The responses API answers with 200, or ends a stream as ever, when the model failed. */
function failureIn(part: unknown): Partial<ApiCallInput> | undefined {
  const response = readData(part, 'type') === 'response.failed' ? readData(part, 'response') : part
  if (readData(response, 'status') !== 'failed') return undefined
  const error = readData(response, 'error')
  const code = readData(error, 'code')
  return { error: readData(error, 'message') ?? 'failed', errorType: typeof code === 'string' ? code : 'failed' }
}

/** Azure's client may be pointed at a gateway of one's own, so its class is asked first. */
function providerOf(client: unknown): string {
  if (typeof readProperty(client, 'apiVersion') === 'string') return AZURE_OPENAI
  return providerOfUrl(readProperty(client, 'baseURL'), 'openai')
}

/** Names of the tools that the application runs, of chat completions and of responses; the provider's own have none. */
export function toolNames(body: unknown): readonly unknown[] {
  const tools = readData(body, 'tools')
  if (!Array.isArray(tools)) return []
  return tools.map(
    (tool: unknown) =>
      readData(readData(tool, 'function'), 'name') ??
      readData(readData(tool, 'custom'), 'name') ??
      readData(tool, 'name'),
  )
}
