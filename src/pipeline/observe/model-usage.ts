/** Token counts as the model providers and their SDKs report them, in results and in the chunks of a stream. */
import { isObject, readDataPath } from './property.ts'

/** Tokens of one model call. A count that nobody told is absent. */
export interface ModelUsage {
  /** All input tokens, cached ones included. */
  promptTokens?: number | undefined
  /** All output tokens, reasoning included. */
  completionTokens?: number | undefined
  /** Default: prompt plus completion tokens. */
  totalTokens?: number | undefined
  cacheReadTokens?: number | undefined
  cacheWriteTokens?: number | undefined
  reasoningTokens?: number | undefined
}

/** Where the counts are found in a result or chunk: openai, anthropic, Gemini, AI SDK, LangChain. */
const HOLDERS = ['totalUsage', 'usage', 'usageMetadata', 'usage_metadata', 'response.usage', 'message.usage'].map(
  toPath,
)

/** What each provider calls a count. The first name that holds a number wins. */
const NAMES = {
  input: ['prompt_tokens', 'input_tokens', 'promptTokenCount', 'inputTokens', 'inputTokens.total', 'promptTokens'],
  output: [
    'completion_tokens',
    'output_tokens',
    'candidatesTokenCount',
    'outputTokens',
    'outputTokens.total',
    'completionTokens',
  ],
  total: ['total_tokens', 'totalTokenCount', 'totalTokens'],
  cacheRead: [
    'prompt_tokens_details.cached_tokens',
    'input_tokens_details.cached_tokens',
    'cachedContentTokenCount',
    'inputTokenDetails.cacheReadTokens',
    'inputTokens.cacheRead',
    'cachedInputTokens',
    'input_token_details.cache_read',
  ],
  cacheWrite: ['inputTokenDetails.cacheWriteTokens', 'inputTokens.cacheWrite'],
  reasoning: [
    'completion_tokens_details.reasoning_tokens',
    'output_tokens_details.reasoning_tokens',
    'outputTokenDetails.reasoningTokens',
    'outputTokens.reasoning',
    'reasoningTokens',
    'output_token_details.reasoning',
  ],
  // Anthropic's input_tokens leaves these out, Gemini's candidatesTokenCount its thoughts.
  cacheReadBeside: ['cache_read_input_tokens'],
  cacheWriteBeside: ['cache_creation_input_tokens'],
  thoughtsBeside: ['thoughtsTokenCount'],
} as const
type Count = keyof typeof NAMES
const PATHS = Object.entries(NAMES).map(([count, names]) => ({ count, paths: names.map(toPath) }))

/** Collects counts over the parts of a response; what a later part says replaces what an earlier one said. */
export class UsageReader {
  private readonly counts = new Map<string, number>()

  add(part: unknown): void {
    const holder = holderIn(part)
    if (holder === undefined) return
    for (const { count, paths } of PATHS) {
      const value = firstCount(holder, paths)
      if (value !== undefined) this.counts.set(count, value)
    }
  }

  /** Everything absent when no count was told. */
  usage(): ModelUsage {
    const read = (count: Count): number | undefined => this.counts.get(count)
    const cacheWriteBeside = read('cacheWriteBeside')
    return {
      promptTokens: sum(read('input'), read('cacheReadBeside'), cacheWriteBeside),
      completionTokens: sum(read('output'), read('thoughtsBeside')),
      totalTokens: read('total'),
      cacheReadTokens: read('cacheRead') ?? read('cacheReadBeside'),
      cacheWriteTokens: read('cacheWrite') ?? cacheWriteBeside,
      reasoningTokens: read('reasoning') ?? read('thoughtsBeside'),
    }
  }
}

function holderIn(part: unknown): object | undefined {
  for (const path of HOLDERS) {
    const holder = readDataPath(part, path)
    if (isObject(holder)) return holder
  }
  return undefined
}

function firstCount(holder: object, paths: readonly (readonly string[])[]): number | undefined {
  for (const path of paths) {
    const count = countOf(readDataPath(holder, path))
    if (count !== undefined) return count
  }
  return undefined
}

/** `value` where it is a count an event accepts. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** Nothing when the main count is unknown: a part is not the whole. */
function sum(main: number | undefined, ...beside: readonly (number | undefined)[]): number | undefined {
  return main === undefined ? undefined : beside.reduce<number>((total, count) => total + (count ?? 0), main)
}

function toPath(dotted: string): string[] {
  return dotted.split('.')
}
