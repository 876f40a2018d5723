/** The two copies of the Agents SDK that a program can have, with agents and runners of a model server. */
import { createRequire } from 'node:module'
import * as esmCore from '@openai/agents-core'
import * as esm from '@openai/agents'
import * as esmClient from 'openai'
import { z } from 'zod'

const require = createRequire(import.meta.url)
/** Structurally the same classes; the ES modules' and CommonJS' are two all the same. */
const cjs = require('@openai/agents') as typeof esm
const cjsClient = require('openai') as typeof esmClient

export type Agents = typeof esm

export const COPIES = [
  { name: 'imported', agents: esm, client: esmClient },
  { name: 'required', agents: cjs, client: cjsClient },
] as const
export type Copy = (typeof COPIES)[number]

// The exporter would send its traces to the provider. Both copies share the setting.
esm.setTracingDisabled(true)

export const ATTACHED: readonly unknown[] = [esm, cjs, esmCore]
/** Of the SDK under it. */
export const CLIENTS: readonly unknown[] = [esmClient, cjsClient]

export interface RunnerOptions {
  readonly url: string
  readonly maxRetries?: number
  /** Default: the responses API. */
  readonly api?: 'chat'
}

export function runnerOf({ agents, client }: Copy, { url, maxRetries = 0, api }: RunnerOptions): esm.Runner {
  const openAIClient = new client.OpenAI({ apiKey: 'none', baseURL: `${url}/v1`, maxRetries, logLevel: 'off' })
  const modelProvider = new agents.OpenAIProvider({ openAIClient, useResponses: api !== 'chat' })
  return new agents.Runner({ modelProvider })
}

export const CITY = z.object({ city: z.string() })

export interface WeatherOptions {
  readonly needsApproval?: boolean
  readonly execute?: (args: { city: string }) => unknown
  readonly name?: string
  readonly errorFunction?: null
}

export function weatherOf({ agents }: Copy, options: WeatherOptions = {}): esm.Tool {
  const { execute = ({ city }) => `${city} sunny`, name = 'weather', needsApproval = false } = options
  return agents.tool({
    name,
    description: 'weather in a city',
    parameters: CITY,
    needsApproval,
    execute,
    ...(options.errorFunction === null && { errorFunction: null }),
  })
}

/** What was thrown. */
export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}
