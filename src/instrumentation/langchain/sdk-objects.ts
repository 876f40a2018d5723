/** Looking at LangChain's objects. */
import { guarded } from '../../pipeline/observe/fault.ts'
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import { isObject, readProperty } from '../../pipeline/observe/property.ts'

/** The method's result; `undefined` where there is none, or it throws. */
export function callMethod(value: unknown, name: string, ...args: readonly unknown[]): unknown {
  const method = readProperty(value, name)
  if (typeof method !== 'function') return undefined
  return guarded(`calling ${name}`, (): unknown => Reflect.apply(method, value, args))
}

/** The object itself, or the prototype of its, that has the property. */
export function ownerOf(value: unknown, key: string): object | undefined {
  for (let owner = value; isObject(owner); owner = Object.getPrototypeOf(owner)) {
    if (Object.hasOwn(owner, key)) return owner
  }
  return undefined
}

/** The signal that a call's options carry. */
export function signalIn(options: unknown): AbortSignal | undefined {
  const signal = readProperty(options, 'signal')
  return signal instanceof AbortSignal ? signal : undefined
}

/** What is aborted mostly throws a plain error, in which only a word tells of it. */
export function unlessAborted(outcome: CallOutcome, signal: AbortSignal | undefined): CallOutcome {
  return outcome.kind === 'threw' && signal?.aborted === true ? { kind: 'streamed', aborted: true } : outcome
}

/** A graph inside of another one pauses, or hands over, by what it throws. */
export function isBubbleUp(error: unknown): boolean {
  return readProperty(error, 'is_bubble_up') === true
}
