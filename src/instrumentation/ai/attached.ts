/** What is put before the AI SDK's functions and the methods of its agents. */
import { guarded } from '../../pipeline/observe/fault.ts'
import { isObject, readProperty } from '../../pipeline/observe/property.ts'
import type { PatchedCall } from '../patches.ts'
import { compute, generate } from './functions.ts'
import { recordedByTelemetry } from './layers.ts'
import { telemetryOf } from './settings.ts'
import type { Asked, Options } from './settings.ts'

/** One loaded copy of the SDK. */
export interface SdkCopy {
  /** True where its telemetry tells of model calls. */
  readonly version7: boolean
  /** Ours. */
  readonly telemetry: object
  /** Finds a model by its name, as the SDK would. */
  readonly resolve: (id: string, operation: string) => unknown
}

type Around = (call: PatchedCall) => unknown

/** Of version 7: what its telemetry tells enough of. */
const TOLD = new Set(['generateText', 'streamText'])
const COMPUTING = new Set(['embed', 'embedMany', 'rerank'])

export function functionAround(copy: SdkCopy, operation: string): Around {
  return call => {
    const [given, ...rest] = call.args
    const options = guarded('reading options', () => optionsOf(given))
    if (!isObject(given) || options === undefined) return call.proceed()
    if (copy.version7 && TOLD.has(operation) && isTold(options)) {
      const untold = { signal: options['abortSignal'] }
      return recordedByTelemetry(untold, () => call.proceed([withTelemetry(given, options, copy), ...rest]))
    }
    const streams = operation.startsWith('stream')
    const asked: Asked = {
      operation,
      streams,
      isAsync: !streams,
      settings: given,
      request: options,
      callbacks: callbacksOf(copy, operation),
      resolve: id => copy.resolve(id, operation),
    }
    const proceed = (settings: object): unknown => call.proceed([settings, ...rest])
    return COMPUTING.has(operation) ? compute(asked, proceed) : generate(asked, proceed)
  }
}

/** @param streams of `stream`, not of `generate` */
export function agentAround(copy: SdkCopy, streams: boolean): Around {
  return call => {
    const { self, args, method } = call
    const settings = readProperty(self, 'settings')
    const options = guarded('reading options', () => optionsOf(settings))
    if (!isObject(self) || !isObject(settings) || options === undefined) return call.proceed()
    const proceed = (changed: object): unknown => {
      if (changed === settings || typeof method !== 'function') return call.proceed()
      return Reflect.apply(method, Object.create(self, { settings: { value: changed } }), args)
    }
    const agentId = options['id']
    if (copy.version7 && isTold(options)) {
      const untold = { agentId, signal: readProperty(args[0], 'abortSignal') }
      return recordedByTelemetry(untold, () => proceed(withTelemetry(settings, options, copy)))
    }
    const operation = streams ? 'streamText' : 'generateText'
    const asked: Asked = {
      operation,
      streams,
      isAsync: true,
      settings,
      request: { ...options, ...guarded('reading options', () => optionsOf(args[0])) },
      agentId,
      callbacks: callbacksOf(copy, operation),
      resolve: id => copy.resolve(id, operation),
    }
    return generate(asked, proceed)
  }
}

function optionsOf(value: unknown): Options | undefined {
  return isObject(value) ? { ...value } : undefined
}

/**
 * False where the application has switched telemetry off, or keeps contents from it. That is no reason to leave them out of
 * the log: what is recorded of contents is for its own capture level and redaction to say.
 */
function isTold(options: Options): boolean {
  const settings = telemetryOf(options)
  return ['isEnabled', 'recordInputs', 'recordOutputs'].every(name => readProperty(settings, name) !== false)
}

/** Integrations that are given for one call replace the global ones, of which ours is one. */
function withTelemetry(given: object, options: Options, { telemetry }: SdkCopy): object {
  const settings = telemetryOf(options)
  const own = readProperty(settings, 'integrations')
  if (!isObject(settings) || own === undefined || own === null) return given
  const integrations: readonly unknown[] = Array.isArray(own) ? own : [own]
  if (integrations.includes(telemetry)) return given
  return { ...given, telemetry: { ...settings, integrations: [...integrations, telemetry] } }
}

function callbacksOf({ version7 }: SdkCopy, operation: string): Asked['callbacks'] {
  if (!version7) return { stepEnd: ['onStepFinish'], end: ['onFinish'] }
  return {
    stepEnd: ['onStepEnd', 'onStepFinish'],
    end: operation === 'streamObject' ? ['onFinish'] : ['onEnd', 'onFinish'],
  }
}
