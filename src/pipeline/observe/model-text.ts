/** What a person would read of model requests and responses, in the shapes of the providers and their SDKs. */
import { isObject, readData, readDataPath } from './property.ts'

const MAX_DEPTH = 6
const ENOUGH_CHARACTERS = 4096

/** Text of a message, of its content, of a list of either: enough of it for a preview. "" when there is none. */
export function textOfContent(content: unknown, depth = 0): string {
  if (typeof content === 'string') return content
  if (depth >= MAX_DEPTH) return ''
  if (Array.isArray(content)) return textOfList(content, depth + 1)
  const inner = textIn(content, 'text') ?? readData(content, 'content') ?? readData(content, 'parts')
  return inner === undefined ? '' : textOfContent(inner, depth + 1)
}

function textOfList(items: readonly unknown[], depth: number): string {
  let text = ''
  for (const item of items) {
    const part = textOfContent(item, depth)
    if (part !== '') text += text === '' ? part : `\n${part}`
    if (text.length >= ENOUGH_CHARACTERS) break
  }
  return text
}

/** The text in one chunk of a stream; "" when it carries none. */
export function textOfChunk(chunk: unknown): string {
  if (typeof chunk === 'string') return chunk
  switch (readData(chunk, 'type')) {
    case undefined:
      return textIn(readDataPath(chunk, ['choices', 0]), 'text') ?? textOfContent(deltaOf(chunk))
    // openai's responses, anthropic's messages, AI SDK.
    case 'response.output_text.delta':
      return textIn(chunk, 'delta') ?? ''
    case 'content_block_delta':
      return textOfContent(readData(chunk, 'delta'))
    case 'text-delta':
      return textIn(chunk, 'text') ?? textIn(chunk, 'delta') ?? textIn(chunk, 'textDelta') ?? ''
    // Other events repeat the text ("done") or carry none.
    default:
      return ''
  }
}

/** openai's chat completions, Gemini, ollama, LangChain. */
function deltaOf(chunk: unknown): unknown {
  return (
    readDataPath(chunk, ['choices', 0, 'delta']) ??
    readDataPath(chunk, ['candidates', 0, 'content']) ??
    readData(chunk, 'message') ??
    chunk
  )
}

/** The part of a whole response that the model said; `undefined` where that is no text (embeddings). */
export function messageOfResponse(response: unknown): unknown {
  if (!isObject(response)) return response
  if (readDataPath(response, ['data', 0, 'embedding']) !== undefined) return undefined
  return (
    readDataPath(response, ['choices', 0, 'message']) ??
    readDataPath(response, ['choices', 0, 'text']) ??
    said(response, 'output') ??
    readDataPath(response, ['candidates', 0, 'content']) ??
    said(response, 'message') ??
    said(response, 'content') ??
    said(response, 'text') ??
    plainData(response)
  )
}

/** Not a method of that name: `text()` of a `fetch` response gives what nobody has read. */
function said(response: object, name: string): unknown {
  const value = readData(response, name)
  return typeof value === 'function' ? undefined : value
}

/** Instances of classes of their own are handles on something, not what the model said. */
function plainData(value: object): unknown {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || Array.isArray(value) ? value : undefined
}

function textIn(value: unknown, key: string): string | undefined {
  const text = readData(value, key)
  return typeof text === 'string' ? text : undefined
}

/** What the model was asked, where the arguments are of a known shape; else the argument, or all of them. */
export function promptOfArguments(args: readonly unknown[]): unknown {
  const [request] = args
  for (const name of ['messages', 'input', 'prompt', 'contents']) {
    const prompt = readData(request, name)
    if (prompt !== undefined) return prompt
  }
  return args.length === 1 ? request : args
}
