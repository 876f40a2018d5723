/** What a request to a model server asks for, from its path: the paths that providers and gateways have in common. */

/** OpenTelemetry's names by the end of the path; the first that fits counts. */
const OPERATIONS: readonly (readonly [path: RegExp, operation: string])[] = [
  // OpenAI and those that speak its protocol; Anthropic; Cohere; Ollama.
  [/\/(chat|agents)\/completions$/, 'chat'],
  [/\/responses$/, 'chat'],
  [/\/v1\/messages$/, 'chat'],
  [/\/(v1|v2|api)\/chat$/, 'chat'],
  [/\/completions$/, 'text_completion'],
  [/\/api\/generate$/, 'text_completion'],
  [/\/(embeddings|embed)$/, 'embeddings'],
  // Gemini, and what other providers have at Google.
  [/:(generateContent|streamGenerateContent)$/, 'generate_content'],
  [/:(embedContent|batchEmbedContents)$/, 'embeddings'],
  [/:(rawPredict|streamRawPredict)$/, 'chat'],
]

/** Gemini: `models/gemini-x:generateContent`. Azure: `deployments/my-model/chat/completions`. */
const MODEL_IN_PATH = /\/(?:models|deployments)\/([^/:]+)(?=[:/])/

export interface ModelPath {
  readonly operation: string
  /** Where the path says it; else the body does. */
  readonly model: string | undefined
}

/** `undefined` for a request that asks no model: lists, files, batches, token counts. */
export function modelPathOf(method: unknown, pathAndQuery: unknown): ModelPath | undefined {
  if (method !== 'POST' || typeof pathAndQuery !== 'string') return undefined
  // The query may hold a key.
  const [path = ''] = pathAndQuery.split('?', 1)
  const operation = OPERATIONS.find(([pattern]) => pattern.test(path))?.[1]
  return operation === undefined ? undefined : { operation, model: MODEL_IN_PATH.exec(path)?.[1] }
}
