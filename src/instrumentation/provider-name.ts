/** Who answers the calls of a client that may be pointed at any server. */

/** As OpenTelemetry names them. */
export const AZURE_OPENAI = 'azure.ai.openai'
export const AZURE_FOUNDRY = 'azure.ai.inference'
export const BEDROCK = 'aws.bedrock'
export const VERTEX_AI = 'gcp.vertex_ai'

/** Hosts whose answers come from a provider with a name of its own, by the end of the host. */
const NAMED_HOSTS: readonly (readonly [suffix: string, provider: string])[] = [
  ['api.openai.com', 'openai'],
  ['.openai.com', 'openai'],
  ['.openai.azure.com', AZURE_OPENAI],
  ['.services.ai.azure.com', AZURE_FOUNDRY],
  ['.cognitiveservices.azure.com', AZURE_OPENAI],
  ['api.anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'google'],
  ['aiplatform.googleapis.com', VERTEX_AI],
  ['.aiplatform.us.rep.googleapis.com', VERTEX_AI],
  ['.aiplatform.eu.rep.googleapis.com', VERTEX_AI],
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

/** The same where the region stands in the middle. */
const REGIONAL_HOSTS: readonly (readonly [host: RegExp, provider: string])[] = [
  [
    /(?:^|\.)bedrock-(?:runtime(?:-fips)?|mantle)\.[a-z]{2}(?:-[a-z]+)+-\d+(?:\.vpce)?\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/,
    BEDROCK,
  ],
  [/^aws-external-anthropic\.[a-z]{2}(?:-[a-z]+)+-\d+\.api\.aws$/, 'anthropic'],
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
  const { hostname, host, pathname } = new URL(baseUrl)
  const named = namedProviderOf(hostname)
  // One host for the models of all makers, and OpenAI's at a path of its own.
  if (named === AZURE_FOUNDRY && pathname.startsWith('/openai/')) return AZURE_OPENAI
  return named ?? host
}

/** The provider that has this host; `undefined` for a host that nobody knows to answer for models. */
export function namedProviderOf(hostname: string): string | undefined {
  // With a dot before it, a suffix that starts with one is the whole host as well as the end of one.
  const [, provider] =
    NAMED_HOSTS.find(([suffix]) => `.${hostname}`.endsWith(suffix)) ??
    REGIONAL_HOSTS.find(([pattern]) => pattern.test(hostname)) ??
    []
  return provider
}
