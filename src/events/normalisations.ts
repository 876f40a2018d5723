/** The values that a semantic convention wants in another form than the journal keeps. */
import { snakeCase } from './field.ts'
import type { Normalisation } from './field.ts'
import { COVERAGE_CATEGORIES, FINDING_CATEGORIES, LOG_LIFE_CATEGORIES } from './kinds.ts'

// The well-known values of `gen_ai.provider.name` (GenAI conventions, October 2026) and what people call them.
export const PROVIDER_ALIASES: Readonly<Record<string, string>> = {
  bedrock: 'aws.bedrock',
  'amazon-bedrock': 'aws.bedrock',
  azure: 'azure.ai.openai',
  'azure-openai': 'azure.ai.openai',
  gemini: 'gcp.gemini',
  google: 'gcp.gen_ai',
  vertex: 'gcp.vertex_ai',
  'vertex-ai': 'gcp.vertex_ai',
  watsonx: 'ibm.watsonx.ai',
  mistral: 'mistral_ai',
  moonshot: 'moonshot_ai',
  xai: 'x_ai',
}

/** Provider names as OpenTelemetry spells them. */
export function providerNames(verbatimAttribute: string): Normalisation {
  return {
    encode: value => {
      const name = String(value).toLowerCase()
      return Object.hasOwn(PROVIDER_ALIASES, name) ? (PROVIDER_ALIASES[name] ?? name) : name
    },
    decode: value => value,
    verbatimAttribute,
  }
}

/** OpenTelemetry gives durations in seconds. */
export function secondsFromMillis(verbatimAttribute: string): Normalisation {
  return { encode: value => Number(value) / 1000, decode: value => Math.round(Number(value) * 1000), verbatimAttribute }
}

const CATEGORIES: readonly string[] = [...FINDING_CATEGORIES, ...LOG_LIFE_CATEGORIES, ...COVERAGE_CATEGORIES]
const WORDS: ReadonlyMap<string, string> = new Map(CATEGORIES.map(category => [category, snakeCase(category)]))
const BY_WORD: ReadonlyMap<string, string> = new Map(CATEGORIES.map(category => [snakeCase(category), category]))

/** Security categories: ours become snake_case words, unknown ones pass verbatim. */
export function categoryWords(verbatimAttribute: string): Normalisation {
  return {
    encode: value => WORDS.get(String(value)) ?? value,
    decode: value => BY_WORD.get(String(value)) ?? value,
    verbatimAttribute,
  }
}
