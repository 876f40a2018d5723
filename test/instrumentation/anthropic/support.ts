/** The two copies of the Anthropic package that a program can have, and clients of a model server. */
import { createRequire } from 'node:module'
import * as esm from '@anthropic-ai/sdk'
import type { Anthropic } from '@anthropic-ai/sdk'

/** Structurally the same class; the ES module's and CommonJS' are two all the same. */
const cjs = createRequire(import.meta.url)('@anthropic-ai/sdk') as typeof esm

export const COPIES = [
  { name: 'imported', exported: esm },
  { name: 'required', exported: cjs },
] as const

export const EXPORTED: readonly unknown[] = COPIES.map(({ exported }) => exported)

export interface ClientOptions {
  readonly url: string
  readonly maxRetries?: number
  /** Other options of the client. */
  readonly more?: object
}

export function clientOf(exported: typeof esm, { url, maxRetries = 0, more = {} }: ClientOptions): Anthropic {
  return new exported.Anthropic({ apiKey: 'none', baseURL: url, maxRetries, logLevel: 'off', ...more })
}

export function message(model = 'm') {
  return { model, max_tokens: 100, messages: [{ role: 'user' as const, content: 'Say hello.' }] }
}

type RunnerBody = Parameters<Anthropic['beta']['messages']['toolRunner']>[0]

/** A request of a tool runner with one tool, whatever way its types want that to be made. */
export function runnerBody(
  run: (input: { city: string }, context?: unknown) => unknown,
  more: object = {},
): RunnerBody {
  return { ...message(), tools: [weather(run)], ...more }
}

export function weather(run: (input: { city: string }, context?: unknown) => unknown, name = 'weather') {
  return {
    type: 'custom',
    name,
    description: 'weather in a city',
    input_schema: { type: 'object' },
    run,
    parse: (input: unknown) => input,
  } as const
}

/** False where this version of the package has no such method: it came later. */
export function hasMethod(owner: object, name: string): boolean {
  return typeof Reflect.get(owner, name) === 'function'
}

/** What a promise rejects with. */
export async function errorOf(promise: PromiseLike<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
}

export async function itemsOf<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}
