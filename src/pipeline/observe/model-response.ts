/** Everything an `ApiCall` says of a model's response, whole or in chunks. */
import type { ApiCallInput } from '../../events/inputs.ts'
import { guardedCallback } from './fault.ts'
import { messageOfResponse, textOfChunk, textOfContent } from './model-text.ts'
import { countOf, UsageReader } from './model-usage.ts'
import type { ModelUsage } from './model-usage.ts'
import type { AnyFunction } from './options.ts'
import { readData } from './property.ts'
import { BoundedText } from './text.ts'

const COUNTS = [
  'promptTokens',
  'completionTokens',
  'totalTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
] as const
// openai and anthropic; Gemini; AI SDK.
const MODEL_NAMES = ['model', 'modelVersion', 'modelId']
const ID_NAMES = ['id', 'responseId']

/** What the application's callbacks say goes before what is read in the known shapes. */
export class ResponseReader {
  private readonly usageOf: AnyFunction | undefined
  private readonly responseOf: AnyFunction | undefined
  private readonly usage = new UsageReader()
  private toldUsage: ModelUsage | undefined
  private readonly streamed = new BoundedText()
  private whole: Pick<ApiCallInput, 'response' | 'responsePreview'> | undefined
  private id: string | undefined
  private model: string | undefined
  private statusCode: number | undefined

  constructor(usageOf: AnyFunction | undefined, responseOf: AnyFunction | undefined) {
    this.usageOf = usageOf
    this.responseOf = responseOf
  }

  addChunk(chunk: unknown): void {
    this.addFacts(chunk)
    this.streamed.add(() => {
      const told = this.responseTold(chunk)
      return told === undefined ? textOfChunk(chunk) : textOfContent(told)
    })
  }

  addWhole(result: unknown): void {
    this.addFacts(result)
    if (result instanceof Response) this.statusCode = result.status
    const response = this.responseTold(result) ?? messageOfResponse(result)
    const text = textOfContent(response)
    this.whole = { response, responsePreview: text === '' ? undefined : text }
  }

  fields(): Partial<ApiCallInput> {
    const { text, complete } = this.streamed
    const fields: Partial<ApiCallInput> = this.toldUsage ?? this.usage.usage()
    fields.responseId = this.id
    fields.responseModel = this.model
    if (this.statusCode !== undefined) fields.statusCode = this.statusCode
    if (this.whole !== undefined) return Object.assign(fields, this.whole)
    if (text !== '') {
      fields.responsePreview = text
      fields.response = complete ? text : undefined
    }
    return fields
  }

  private addFacts(part: unknown): void {
    this.usage.add(part)
    this.addToldUsage(part)
    for (const holder of [part, readData(part, 'response'), readData(part, 'message')]) {
      const model = textAt(holder, MODEL_NAMES)
      // An id beside no model is one of a chunk's parts.
      if (model === undefined) continue
      this.model ??= model
      this.id ??= textAt(holder, ID_NAMES)
    }
  }

  private addToldUsage(part: unknown): void {
    const { usageOf } = this
    if (usageOf === undefined) return
    const told = guardedCallback('usage', () => Reflect.apply(usageOf, undefined, [part]))
    for (const name of COUNTS) {
      const count = countOf(readData(told, name))
      if (count !== undefined) (this.toldUsage ??= {})[name] = count
    }
  }

  private responseTold(part: unknown): unknown {
    const { responseOf } = this
    return responseOf && guardedCallback('response', () => Reflect.apply(responseOf, undefined, [part]))
  }
}

function textAt(holder: unknown, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = readData(holder, name)
    if (typeof text === 'string') return text
  }
  return undefined
}
