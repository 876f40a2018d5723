/** From the SDK's model requests and responses to what is recorded of them. */
import type { ApiCallInput } from '../../events/inputs.ts'
import type { CallClaim } from '../../pipeline/observe/call-claim.ts'
import { isObject, readData, readDataPath, readPath, readProperty } from '../../pipeline/observe/property.ts'
import type { ModelUsage } from '../../pipeline/observe/model-usage.ts'
import { promptIn } from '../observed-calls.ts'
import type { ModelRequest } from '../observed-calls.ts'
import { providerOfUrl } from '../provider-name.ts'
import { givenText } from '../given-text.ts'

const UNKNOWN = 'unknown'
/** Where the provider gave none. */
const NO_ID = 'FAKE_ID'
const MODEL_KEYS = ['_model', 'model', 'modelId', 'modelName']

/** @param name by which the provider was asked for the model */
export function modelRequest(
  model: unknown,
  name: string | undefined,
  request: unknown,
  claim: CallClaim,
): ModelRequest {
  const modelName =
    MODEL_KEYS.map(key => givenText(readData(model, key))).find(found => found !== undefined) ?? givenText(name)
  const baseUrl = readPath(model, ['_client', 'baseURL'])
  const signal = readData(request, 'signal')
  const maxTokens = readPath(request, ['modelSettings', 'maxTokens'])
  return {
    provider: providerOf(model, baseUrl),
    model: modelName ?? UNKNOWN,
    operation: 'chat',
    prompt: promptIn(request),
    request: { maxTokens },
    signal: signal instanceof AbortSignal ? signal : undefined,
    claim,
    usageOf,
    responseOf,
    // Most models keep to themselves what they are and whom they ask: the client inside knows.
    factsOf: part => factsOf(part, typeof baseUrl === 'string', modelName, claim),
  }
}

/** Names of the functions that the runner would run. A handoff is none. */
export function functionNames(request: unknown): readonly unknown[] {
  const tools = readData(request, 'tools')
  if (!Array.isArray(tools)) return []
  return tools.filter(tool => readData(tool, 'type') === 'function').map(tool => readData(tool, 'name'))
}

function providerOf(model: unknown, baseUrl: unknown): string {
  const kind = givenText(readPath(model, ['constructor', 'name'])) ?? UNKNOWN
  const fallback = kind.startsWith('OpenAI') ? 'openai' : kind === 'Object' ? UNKNOWN : kind
  return providerOfUrl(
    baseUrl ?? (fallback === 'openai' ? process.env['OPENAI_BASE_URL'] : undefined),
    givenText(readData(model, 'provider')) ?? fallback,
  )
}

function factsOf(
  part: unknown,
  knowsProvider: boolean,
  modelName: string | undefined,
  claim: CallClaim,
): Partial<ApiCallInput> | undefined {
  const response = responseIn(part)
  if (response === undefined) return rawFacts(part)
  const raw = readData(response, 'providerData')
  const responseModel = givenText(readData(raw, 'model')) ?? givenText(readDataPath(raw, ['response', 'modelId']))
  const responseId = [readData(response, 'responseId'), readData(response, 'id')]
    .map(givenText)
    .find(id => id !== undefined && id !== NO_ID)
  const inner = claim.facts
  const adapted = modelName === undefined ? adaptedModel(response) : undefined
  const provider = knowsProvider ? undefined : (givenText(inner['provider']) ?? adapted?.provider)
  const model = modelName === undefined ? (givenText(inner['model']) ?? adapted?.model ?? responseModel) : undefined
  const isCounted = Object.values(usageOf(part) ?? {}).some(count => typeof count === 'number' && count > 0)
  return {
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && { model }),
    responseModel,
    responseId,
    usageUnknown: isCounted ? undefined : true,
  }
}

/**
 * The adapter of AI SDK models (`@openai/agents-extensions`) keeps to itself which it has, but names it in the items that
 * it makes of an answer: `openai.chat:gpt-5`, with the API after the provider.
 */
function adaptedModel(response: unknown): { provider: string | undefined; model: string | undefined } | undefined {
  const items = readData(response, 'output')
  if (!Array.isArray(items)) return undefined
  for (const item of items.filter(isObject)) {
    const named = /^([^.:]+)[^:]*:(.+)$/s.exec(givenText(readDataPath(item, ['providerData', 'model'])) ?? '')
    if (named !== null) return { provider: named[1], model: named[2] }
  }
  return undefined
}

/** A provider's own event, which goes along with the SDK's. */
function rawFacts(part: unknown): Partial<ApiCallInput> | undefined {
  if (readData(part, 'type') !== 'model') return undefined
  const event = readData(part, 'event')
  const responseModel = givenText(readData(event, 'model')) ?? givenText(readDataPath(event, ['response', 'model']))
  return { responseModel }
}

/** `Usage` holds its details as lists, one for each request. */
function usageOf(part: unknown): ModelUsage | undefined {
  const usage = readData(responseIn(part), 'usage')
  if (!isObject(usage)) return undefined
  const input = detailsOf(usage, 'inputTokensDetails')
  const output = detailsOf(usage, 'outputTokensDetails')
  return {
    promptTokens: countOf(readProperty(usage, 'inputTokens')),
    completionTokens: countOf(readProperty(usage, 'outputTokens')),
    totalTokens: countOf(readProperty(usage, 'totalTokens')),
    cacheReadTokens: countOf(readData(input, 'cached_tokens')),
    reasoningTokens: countOf(readData(output, 'reasoning_tokens')),
  }
}

function detailsOf(usage: object, name: string): unknown {
  const details = readProperty(usage, name)
  return Array.isArray(details) ? details.at(-1) : details
}

/** The model's text piece by piece; a whole response is read as any other. */
function responseOf(part: unknown): unknown {
  const type = readData(part, 'type')
  if (type === 'output_text_delta') return readData(part, 'delta')
  return typeof type === 'string' ? '' : undefined
}

/** A whole response, or the one at the end of a stream. */
function responseIn(part: unknown): unknown {
  if (readData(part, 'type') === 'response_done') return readData(part, 'response')
  return isObject(part) && Array.isArray(readData(part, 'output')) ? part : undefined
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
