/** Who answers the calls of a client that may be pointed at any server. */

/** Hosts whose answers come from a provider with a name of its own, by the end of the host. */
const NAMED_HOSTS: readonly (readonly [suffix: string, provider: string])[] = [
  ['api.openai.com', 'openai'],
  ['.openai.com', 'openai'],
  ['.openai.azure.com', 'azure'],
  ['.services.ai.azure.com', 'azure'],
  ['.cognitiveservices.azure.com', 'azure'],
  ['api.anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'google'],
  ['aiplatform.googleapis.com', 'google'],
  ['.api.mistral.ai', 'mistral_ai'],
  ['.codestral.mistral.ai', 'mistral_ai'],
  ['.api.groq.com', 'groq'],
  ['.api.cohere.com', 'cohere'],
  ['.api.cohere.ai', 'cohere'],
  ['.api.deepseek.com', 'deepseek'],
  ['.api.together.xyz', 'together'],
  ['.api.together.ai', 'together'],
  ['.openrouter.ai', 'openrouter'],
  ['.api.x.ai', 'x_ai'],
  ['.api.perplexity.ai', 'perplexity'],
  ['.api.fireworks.ai', 'fireworks'],
  ['.api.cerebras.ai', 'cerebras'],
  ['.router.huggingface.co', 'huggingface'],
  ['.integrate.api.nvidia.com', 'nvidia'],
]

/**
 * The provider behind a base URL; for a server that nobody knows, its host, with the port where one is given.
 * @param fallback where there is no URL to go by
 */
export function providerOfUrl(baseUrl: unknown, fallback: string): string {
  if (typeof baseUrl !== 'string') return fallback
  if (!providers.has(baseUrl)) {
    if (providers.size >= MAX_REMEMBERED) providers.clear()
    providers.set(baseUrl, providerAt(baseUrl))
  }
  return providers.get(baseUrl) ?? fallback
}

const MAX_REMEMBERED = 100
// Owned by `providerOfUrl`: a client asks with one URL, and to take that apart in each call would be most of the work.
const providers = new Map<string, string | undefined>()

function providerAt(baseUrl: string): string | undefined {
  if (!URL.canParse(baseUrl)) return undefined
  const { hostname, host } = new URL(baseUrl)
  return namedProviderOf(hostname) ?? host
}

/** The provider that has this host; `undefined` for a host that nobody knows to answer for models. */
export function namedProviderOf(hostname: string): string | undefined {
  // With a dot before it, a suffix that starts with one is the whole host as well as the end of one.
  return NAMED_HOSTS.find(([suffix]) => `.${hostname}`.endsWith(suffix))?.[1]
}
