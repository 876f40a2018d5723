/** What the AI SDK's options and events say of a run and of a model call. */
import { sliceWhole } from '../../events/json-text.ts'
import { failureOf } from '../../pipeline/observe/failure-kind.ts'
import { textOfContent } from '../../pipeline/observe/model-text.ts'
import { countOf } from '../../pipeline/observe/model-usage.ts'
import type { ModelUsage } from '../../pipeline/observe/model-usage.ts'
import { readData, readProperty } from '../../pipeline/observe/property.ts'
import type { AgentOptions } from '../../pipeline/with-agent.ts'
import { promptIn } from '../observed-calls.ts'
import type { ModelRequest } from '../observed-calls.ts'

const MAX_GOAL_LENGTH = 200
/** Of generated objects, embeddings, reranking. */
const OTHER_PROMPTS = ['promptMessages', 'values', 'query']

export interface NamedBy {
  /** Of the telemetry settings: what the application calls this generation. */
  readonly functionId: unknown
  /** Of a `ToolLoopAgent`. */
  readonly agentId: unknown
  /** `generateText` */
  readonly operation: string
}

/** @param asked options or event, with `prompt` or `messages` */
export function agentOptions(asked: unknown, { functionId, agentId, operation }: NamedBy): AgentOptions {
  const signal = readProperty(asked, 'abortSignal')
  const goal = goalIn(asked)
  const names = [functionId, agentId].filter(name => typeof name === 'string')
  return {
    agentName: names.find(name => name !== '') ?? operation,
    goal: goal === '' ? operation : goal,
    ...(signal instanceof AbortSignal && { signal }),
  }
}

/** What the user asked for last. */
function goalIn(asked: unknown): string {
  const prompt = readData(asked, 'prompt') ?? readData(asked, 'messages')
  const messages: readonly unknown[] = Array.isArray(prompt) ? prompt : [prompt]
  const newest = messages.findLast(message => typeof message === 'string' || readData(message, 'role') === 'user')
  return sliceWhole(textOfContent(newest), MAX_GOAL_LENGTH)
}

/**
 * @param model with `provider` and `modelId`: a model, or an event
 * @param asked with the prompt: the parameters that the model gets, or an event
 */
export function modelRequest(operation: string, model: unknown, asked: unknown): ModelRequest {
  const modelId = readProperty(model, 'modelId')
  const signal = readProperty(asked, 'abortSignal')
  return {
    provider: providerName(readProperty(model, 'provider')),
    model: typeof modelId === 'string' ? modelId : 'unknown',
    operation,
    prompt: OTHER_PROMPTS.map(name => readData(asked, name)).find(prompt => prompt !== undefined) ?? promptIn(asked),
    request: asked,
    signal: signal instanceof AbortSignal ? signal : undefined,
    factsOf: failureIn,
    ...(operation === 'embeddings' && { usageOf: embeddingUsage, responseOf: noText }),
  }
}

/** The SDK says which of a provider's APIs it is as well: `openai.chat`. */
function providerName(provider: unknown): string {
  return typeof provider === 'string' && provider !== '' ? (provider.split('.')[0] ?? provider) : 'unknown'
}

/** A stream may begin well and fail later. */
function failureIn(part: unknown): ReturnType<NonNullable<ModelRequest['factsOf']>> {
  if (readData(part, 'type') !== 'error') return undefined
  const { message, errorType, statusCode } = failureOf(readData(part, 'error'))
  return { error: message, errorType, ...(statusCode !== undefined && { statusCode }) }
}

export function embeddingUsage(answer: unknown): ModelUsage {
  const promptTokens = countOf(readData(readData(answer, 'usage'), 'tokens'))
  return promptTokens === undefined ? {} : { promptTokens, completionTokens: 0 }
}

/** Vectors are nothing to read. */
function noText(): string {
  return ''
}
