/** Which model service the agent talks to: the scripted one, unless the environment names another. */
import type { ModelClientOptions } from './model-client.ts'
import { startScriptedModel } from './scripted-model.ts'

export interface ModelService {
  /** For people. */
  readonly description: string
  readonly client: Omit<ModelClientOptions, 'onRetry'>
  /** What a session may spend there. */
  readonly tokenBudget: number
  close(): Promise<void>
}

const SCRIPTED_BUDGET = 16_000
const REAL_BUDGET = 60_000

export async function openModelService(environment: NodeJS.ProcessEnv): Promise<ModelService> {
  const url = environment['OPENAI_BASE_URL']
  if (url) {
    if (!URL.canParse(url)) throw new Error(`OPENAI_BASE_URL is not a URL: ${url}`)
    const { hostname } = new URL(url)
    const client = {
      baseUrl: url.replace(/\/+$/, ''),
      apiKey: environment['OPENAI_API_KEY'] ?? '',
      model: environment['OPENAI_MODEL'] || 'gpt-5-mini',
      provider: hostname === 'api.openai.com' ? 'openai' : hostname,
    }
    const description = `${client.model} at ${client.baseUrl}`
    return { client, description, tokenBudget: REAL_BUDGET, close: () => Promise.resolve() }
  }
  const scripted = await startScriptedModel()
  const client = { baseUrl: scripted.baseUrl, apiKey: '', model: 'scripted-1', provider: 'scripted' }
  const description = `scripted, at ${client.baseUrl} (OPENAI_BASE_URL names a real one)`
  return { client, description, tokenBudget: SCRIPTED_BUDGET, close: () => scripted.close() }
}
