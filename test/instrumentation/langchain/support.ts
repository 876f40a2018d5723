/** The two copies of LangChain's packages that a program can have, each with the openai client that they call. */
import { createRequire } from 'node:module'
import * as chatModels from '@langchain/core/language_models/chat_models'
import * as textModels from '@langchain/core/language_models/llms'
import * as runnables from '@langchain/core/runnables'
import * as tools from '@langchain/core/tools'
import * as asyncCaller from '@langchain/core/utils/async_caller'
import * as testing from '@langchain/core/utils/testing'
import * as langgraph from '@langchain/langgraph'
import * as langchainOpenAi from '@langchain/openai'
import * as langchain from 'langchain'
import * as openai from 'openai'
import { z } from 'zod'
import { AuditInstrumentation } from '../../../src/instrumentation/audit-instrumentation.ts'
import { LANGCHAIN } from '../../../src/instrumentation/langchain/langchain-sdk.ts'
import { OPENAI } from '../../../src/instrumentation/openai/openai-sdk.ts'
import { auditing } from '../support/audited.ts'
import type { Audited } from '../support/audited.ts'

const MODULES = {
  chatModels,
  textModels,
  runnables,
  tools,
  asyncCaller,
  testing,
  langgraph,
  langchainOpenAi,
  langchain,
}

export type Modules = typeof MODULES

const require = createRequire(import.meta.url)
/** Structurally the same; the ES modules' classes and CommonJS' are two all the same. */
const REQUIRED: Modules = {
  chatModels: require('@langchain/core/language_models/chat_models') as typeof chatModels,
  textModels: require('@langchain/core/language_models/llms') as typeof textModels,
  runnables: require('@langchain/core/runnables') as typeof runnables,
  tools: require('@langchain/core/tools') as typeof tools,
  asyncCaller: require('@langchain/core/utils/async_caller') as typeof asyncCaller,
  testing: require('@langchain/core/utils/testing') as typeof testing,
  langgraph: require('@langchain/langgraph') as typeof langgraph,
  langchainOpenAi: require('@langchain/openai') as typeof langchainOpenAi,
  langchain: require('langchain') as typeof langchain,
}

export const COPIES = [
  { name: 'imported', modules: MODULES },
  { name: 'required', modules: REQUIRED },
] as const

/** LangChain alone. */
export function auditingLangChain(): Audited {
  const attached = COPIES.flatMap(({ modules }) => [
    modules.chatModels,
    modules.textModels,
    modules.runnables,
    modules.tools,
    modules.asyncCaller,
    modules.langgraph,
  ])
  return auditing(LANGCHAIN, ...attached)
}

/** LangChain and the openai client below it. */
export function auditingBoth(): Audited {
  const inner = new AuditInstrumentation(OPENAI)
  for (const exported of [openai, require('openai')]) inner.attachTo(exported)
  inner.enable()
  const audited = auditingLangChain()
  return {
    ...audited,
    stop: async () => {
      inner.disable()
      await audited.stop()
    },
  }
}

export interface ModelOptions {
  readonly url: string
  readonly model?: string
  readonly maxRetries?: number
  readonly maxConcurrency?: number
  readonly useResponsesApi?: boolean
}

export function modelOf(modules: Modules, { url, model = 'm', ...more }: ModelOptions): langchainOpenAi.ChatOpenAI {
  const configuration = { baseURL: `${url}/v1`, logLevel: 'off' } as const
  return new modules.langchainOpenAi.ChatOpenAI({ model, apiKey: 'none', configuration, maxRetries: 0, ...more })
}

export function weatherTool(modules: Modules, run: (city: string) => unknown = city => `${city} sunny`) {
  return modules.tools.tool(async ({ city }: { city: string }) => run(city), {
    name: 'weather',
    description: 'weather in a city',
    schema: z.object({ city: z.string() }),
  })
}

export const QUESTION = { messages: [{ role: 'user', content: 'Will it rain?' }] }

export async function itemsOf<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

export async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
}

/** What is abandoned ends a little after its consumer has gone. */
export async function until(isDone: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000
  while (!isDone() && Date.now() < deadline) await new Promise(setImmediate)
}
