/** The two copies of the openai package that a program can have, and clients of a model server. */
import { createRequire } from 'node:module'
import * as esm from 'openai'
import type { OpenAI } from 'openai'

/** Structurally the same class; the ES module's and CommonJS' are two all the same. */
const cjs = createRequire(import.meta.url)('openai') as typeof esm

export const COPIES = [
  { name: 'imported', exported: esm },
  { name: 'required', exported: cjs },
] as const

export const EXPORTED: readonly unknown[] = COPIES.map(({ exported }) => exported)

export interface ClientOptions {
  readonly url: string
  readonly maxRetries?: number
}

export function clientOf(exported: typeof esm, { url, maxRetries = 0 }: ClientOptions): OpenAI {
  return new exported.OpenAI({ apiKey: 'none', baseURL: `${url}/v1`, maxRetries, logLevel: 'off' })
}

export function chat(model = 'm'): { model: string; messages: { role: 'user'; content: string }[] } {
  return { model, messages: [{ role: 'user', content: 'Say hello.' }] }
}

export const WEATHER = {
  type: 'function',
  function: { name: 'weather', description: 'weather in a city', parameters: { type: 'object' } },
} as const
