/** How many tokens a model call may take, guessed from its arguments before it is made. */
import { countOf } from '../observe/model-usage.ts'
import { isObject, readData } from '../observe/property.ts'

/** What the SDKs call the largest answer that is asked for. */
const ANSWER_LIMITS = ['max_completion_tokens', 'max_output_tokens', 'max_tokens', 'maxOutputTokens', 'maxTokens']
/** English text has about four characters to a token. */
const CHARACTERS_PER_TOKEN = 4
const MAX_VALUES = 10_000
const MAX_DEPTH = 16

/** The prompt's length in tokens, plus the largest answer where the request says one. At least 1. */
export function estimateTokens(request: unknown, prompt: unknown): number {
  const answer = [request, readData(request, 'config')]
    .flatMap(holder => ANSWER_LIMITS.map(name => countOf(readData(holder, name))))
    .find(limit => limit !== undefined)
  return Math.max(1, Math.ceil(new TextMeter().measure(prompt, 0) / CHARACTERS_PER_TOKEN) + (answer ?? 0))
}

/** Counts the characters of all texts in a value; bounded, and runs no getter. */
class TextMeter {
  private valuesLeft = MAX_VALUES

  measure(value: unknown, depth: number): number {
    if (typeof value === 'string') return value.length
    if (!isObject(value) || depth >= MAX_DEPTH) return 0
    let characters = 0
    for (const key of Object.keys(value)) {
      if (this.valuesLeft-- <= 0) break
      characters += this.measure(readData(value, key), depth + 1)
    }
    return characters
  }
}
