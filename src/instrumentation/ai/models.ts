/** A model of the AI SDK whose calls are recorded as attempts at the calls of one operation. */
import { guarded } from '../../pipeline/observe/fault.ts'
import { isObject, readData, readProperty } from '../../pipeline/observe/property.ts'
import type { AttemptedCalls } from './attempted-calls.ts'
import { modelRequest } from './described.ts'

/** What models do, and what OpenTelemetry calls it. */
const OPERATIONS: Readonly<Record<string, string>> = {
  doGenerate: 'chat',
  doStream: 'chat',
  doEmbed: 'embeddings',
  doRerank: 'rerank',
}

/** What providers call the models of the other functions. */
const METHODS: Readonly<Record<string, string>> = {
  embed: 'embeddingModel',
  embedMany: 'embeddingModel',
  rerank: 'rerankingModel',
}

/** What stands for the application's model in one operation, and which model that is. */
const originals = new WeakMap<object, object>()

export interface ModelUse {
  readonly calls: AttemptedCalls
  /** Finds a model by its name, as the SDK would. */
  readonly resolve: (id: string) => unknown
  /** True where the same object is asked for again after a failure, and others at the same time: `embedMany`. */
  readonly parallel: boolean
}

/** @returns what to give the SDK; the model itself where it cannot be audited */
export function auditedModel(model: unknown, { calls, resolve, parallel }: ModelUse): unknown {
  const found = typeof model === 'string' ? guarded('finding a model', () => resolve(model)) : model
  if (!isObject(found) || originals.has(found)) return model
  const audited = new Proxy(Object.create(found), {
    // With the model itself as `this`: its class may have private fields.
    get: (_, name): unknown => {
      const value: unknown = Reflect.get(found, name, found)
      const operation = typeof name === 'string' && Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined
      if (operation === undefined || typeof value !== 'function') return value
      return (...args: unknown[]): unknown =>
        calls.attempt(
          parallel ? readData(args[0], 'values') : undefined,
          () => modelRequest(operation, found, args[0]),
          (): unknown => Reflect.apply(value, found, args),
        )
    },
    has: (_, name) => Reflect.has(found, name),
  })
  originals.set(audited, found)
  return audited
}

/** The application's own model, where it gets to see the one that stands for it. */
export function originalModel(model: unknown): unknown {
  return isObject(model) ? (originals.get(model) ?? model) : model
}

/** How the SDK finds a model by its name: at the provider that the application has set, else at its own. */
export function modelResolver(exported: unknown): (id: string, operation: string) => unknown {
  return (id, operation) => {
    const provider = readProperty(globalThis, 'AI_SDK_DEFAULT_PROVIDER') ?? readProperty(exported, 'gateway')
    const find = readProperty(provider, METHODS[operation] ?? 'languageModel')
    return typeof find === 'function' ? Reflect.apply(find, provider, [id]) : undefined
  }
}
