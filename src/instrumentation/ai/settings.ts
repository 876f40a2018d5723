/** The options of a generation with everything in place that records it. The application's own stay as they are. */
import { guarded } from '../../pipeline/observe/fault.ts'
import { isObject, readData } from '../../pipeline/observe/property.ts'
import type { AiRun } from './ai-run.ts'
import { auditedModel, originalModel } from './models.ts'
import type { ModelUse } from './models.ts'
import { auditedTools } from './tools.ts'

export const SDK_NAME = 'ai'

export type Options = Readonly<Record<string, unknown>>

/** What a function of the SDK is asked to do. */
export interface Asked {
  /** `generateText`, `embedMany` */
  readonly operation: string
  /** True where it ends with its stream. */
  readonly streams: boolean
  /** True where a refusal is a rejection, not an exception. */
  readonly isAsync: boolean
  /** What is to be changed: the options of the function, or the settings of an agent. */
  readonly settings: object
  /** All that describes it: the settings, and what an agent is given for this one generation. */
  readonly request: Options
  readonly agentId?: unknown
  /** Names of the callbacks at the end of a step and of all, which are different in versions 6 and 7. */
  readonly callbacks: Callbacks
  /** Finds a model by its name, as the SDK would. */
  readonly resolve: (id: string) => unknown
}

export interface Callbacks {
  readonly stepEnd: readonly string[]
  readonly end: readonly string[]
}

export function telemetryOf(request: Options): unknown {
  return request['telemetry'] ?? request['experimental_telemetry']
}

export function auditedSettings(asked: Asked, run: AiRun): object {
  const { settings, streams, callbacks, resolve } = asked
  const use: ModelUse = { calls: run.calls, resolve, parallel: false }
  const audited: Record<string, unknown> = withModelAndTools({ ...settings }, use, run)
  for (const name of ['prepareStep', 'prepareCall']) {
    const prepare = audited[name]
    if (typeof prepare === 'function') audited[name] = auditedPreparation(prepare, use, run)
  }
  listen(audited, callbacks.stepEnd, step => run.approvals.readStep(readData(step, 'content')))
  if (streams) listenToEnd(audited, callbacks, run)
  return audited
}

function withModelAndTools(options: Options, use: ModelUse, run: AiRun): Record<string, unknown> {
  const { model, tools } = options
  return {
    ...options,
    ...(model !== undefined && { model: auditedModel(model, use) }),
    ...(isObject(tools) && { tools: auditedTools(tools, run) }),
  }
}

/** A function of the application's that may choose another model for a step, or other tools. */
function auditedPreparation(prepare: object, use: ModelUse, run: AiRun): object {
  return new Proxy(prepare, {
    apply: async (method, self: unknown, [given, ...rest]: unknown[]): Promise<unknown> => {
      const seen = isObject(given) && 'model' in given ? { ...given, model: originalModel(given.model) } : given
      const prepared: unknown =
        typeof method === 'function' ? await Reflect.apply(method, self, [seen, ...rest]) : given
      if (!isObject(prepared)) return prepared
      return guarded('auditing options', () => withModelAndTools({ ...prepared }, use, run)) ?? prepared
    },
  })
}

function listenToEnd(audited: Record<string, unknown>, callbacks: Callbacks, run: AiRun): void {
  // The SDK keeps this one for as long as the stream can go on.
  run.endsWith(listen(audited, callbacks.end, () => run.end({ kind: 'returned', value: undefined })))
  // Unless the application lets the SDK try again.
  if (audited['streamRetries'] === undefined) run.endsWithBrokenStreams()
  listen(audited, ['onAbort'], () => run.end({ kind: 'streamed', aborted: true }))
  // What the SDK does where the application does not say what to do.
  audited['onError'] ??= ({ error }: { error: unknown }): void => console.error(error)
  listen(audited, ['onError'], event => run.end({ kind: 'threw', error: readData(event, 'error') }))
}

/** Puts `listener` before the callback of the first of the names that the application uses, else of the first. */
function listen(
  audited: Record<string, unknown>,
  names: readonly string[],
  listener: (event: unknown) => void,
): object {
  const name = names.find(each => typeof audited[each] === 'function') ?? names[0] ?? ''
  const original = audited[name]
  const listening = (...args: readonly unknown[]): unknown => {
    guarded('reading an event', () => listener(args[0]))
    return typeof original === 'function' ? Reflect.apply(original, undefined, args) : undefined
  }
  audited[name] = listening
  return listening
}
