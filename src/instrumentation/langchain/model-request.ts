/** From LangChain's models, messages and results to what is recorded of a call. */
import type { ApiCallInput } from '../../events/inputs.ts'
import { countOf } from '../../pipeline/observe/model-usage.ts'
import type { ModelUsage } from '../../pipeline/observe/model-usage.ts'
import { isObject, readData, readDataPath, readProperty } from '../../pipeline/observe/property.ts'
import type { ModelRequest } from '../observed-calls.ts'
import { callMethod, signalIn } from './sdk-objects.ts'
import { givenText } from '../given-text.ts'

/** @param prompt text, a list of messages, or a prompt value that has either */
export function modelRequest(model: unknown, prompt: unknown, options: unknown): ModelRequest {
  // A description of the model that its own package makes for tracing.
  const described = callMethod(model, 'getLsParams', options ?? {})
  const usage = new UsageSum()
  return {
    provider: givenText(readData(described, 'ls_provider')) ?? givenText(callMethod(model, '_llmType')) ?? 'unknown',
    model: modelName(model, options, described),
    operation: isTextModel(model) ? 'text_completion' : 'chat',
    prompt: plainPrompt(prompt),
    request: { max_tokens: readData(described, 'ls_max_tokens') },
    signal: signalIn(options),
    usageOf: (part: unknown) => usage.add(part),
    responseOf: contentOf,
    factsOf,
  }
}

function isTextModel(model: unknown): boolean {
  return callMethod(model, '_modelType') === 'base_llm'
}

function modelName(model: unknown, options: unknown, described: unknown): string {
  const names = [
    readData(options, 'model'),
    readData(described, 'ls_model_name'),
    readProperty(model, 'model'),
    readProperty(model, 'modelName'),
  ]
  return names.map(givenText).find(name => name !== undefined) ?? 'unknown'
}

/** LangChain's own mark of a tool that only gives an answer its form. */
const FORM_OF_ANSWER = /^extract-/
/** Its packages for openai and anthropic spell it differently. */
const FORM_BY_TOOL = /^function_?calling$/i

/** Names of the tools that the model was bound to, in the provider's shapes and LangChain's own; those with a function. */
export function toolNames(options: unknown): readonly unknown[] {
  const tools = readData(options, 'tools')
  const method = readDataPath(options, ['ls_structured_output_format', 'kwargs', 'method'])
  if (!Array.isArray(tools) || FORM_BY_TOOL.test(String(method))) return []
  return tools
    .map((tool: unknown) => readDataPath(tool, ['function', 'name']) ?? readData(tool, 'name'))
    .filter(name => typeof name === 'string' && !FORM_OF_ANSWER.test(name))
}

/** Messages as plain objects: what they are turned into as JSON is mostly names of classes. */
function plainPrompt(prompt: unknown): unknown {
  const messages = Array.isArray(prompt) ? prompt : readData(prompt, 'messages')
  if (Array.isArray(messages)) return messages.map(plainMessage)
  return readData(prompt, 'value') ?? prompt
}

function plainMessage(message: unknown): unknown {
  if (!isObject(message) || typeof readProperty(message, 'getType') !== 'function') return message
  const calls = readProperty(message, 'tool_calls')
  const callId = readData(message, 'tool_call_id')
  return {
    role: callMethod(message, 'getType'),
    content: readProperty(message, 'content'),
    ...(Array.isArray(calls) && calls.length > 0 && { tool_calls: calls.map(plainCall) }),
    ...(callId !== undefined && { tool_call_id: callId }),
  }
}

function plainCall(call: unknown): unknown {
  return { id: readData(call, 'id'), name: readData(call, 'name'), args: readData(call, 'args') }
}

/** What a result says: its first generation's message, or its text. A chunk is the message itself, or text. */
function messageIn(part: unknown): unknown {
  const generation = readDataPath(part, ['generations', 0, 0]) ?? readDataPath(part, ['generations', 0])
  return generation === undefined ? part : (readData(generation, 'message') ?? readData(generation, 'text'))
}

function contentOf(part: unknown): unknown {
  const message = messageIn(part)
  if (!isObject(message)) return message
  const content = readProperty(message, 'content')
  // In chunks the calls come in pieces, which are only put together where they are asked for.
  if (message === part) return content
  const calls = readProperty(message, 'tool_calls')
  return Array.isArray(calls) && calls.length > 0 ? plainMessage(message) : content
}

function factsOf(part: unknown): Partial<ApiCallInput> | undefined {
  const metadata = readData(messageIn(part), 'response_metadata')
  return { responseModel: givenText(readData(metadata, 'model_name')) ?? givenText(readData(metadata, 'model')) }
}

/** The id of the response, or else of the message in it, which is not always the same: the layer below knows better. */
export function responseIdIn(part: unknown): string | undefined {
  const message = messageIn(part)
  const id = givenText(readDataPath(message, ['response_metadata', 'id'])) ?? givenText(readProperty(message, 'id'))
  // LangChain's own ids are no service's.
  return id === undefined || /^(run|lc_run)-/.test(id) ? undefined : id
}

/** The chunks of a stream carry what came with each of them: only all of them together are the call's. */
class UsageSum {
  private readonly total: Required<{ [name in keyof ModelUsage]: number | undefined }> = {
    promptTokens: undefined,
    completionTokens: undefined,
    totalTokens: undefined,
    cacheReadTokens: undefined,
    cacheWriteTokens: undefined,
    reasoningTokens: undefined,
  }

  /** So far. */
  add(part: unknown): ModelUsage {
    const told = readData(messageIn(part), 'usage_metadata')
    const older = readDataPath(part, ['llmOutput', 'tokenUsage'])
    this.count('promptTokens', readData(told, 'input_tokens') ?? readData(older, 'promptTokens'))
    this.count('completionTokens', readData(told, 'output_tokens') ?? readData(older, 'completionTokens'))
    this.count('totalTokens', readData(told, 'total_tokens') ?? readData(older, 'totalTokens'))
    this.count('cacheReadTokens', readDataPath(told, ['input_token_details', 'cache_read']))
    this.count('cacheWriteTokens', readDataPath(told, ['input_token_details', 'cache_creation']))
    this.count('reasoningTokens', readDataPath(told, ['output_token_details', 'reasoning']))
    return this.total
  }

  private count(name: keyof ModelUsage, value: unknown): void {
    const count = countOf(value)
    if (count !== undefined) this.total[name] = (this.total[name] ?? 0) + count
  }
}
