/** What the options of `wrapTool` and `wrapModelCall` have in common. */
import { KansaError } from '../../errors.ts'
import { newEventId } from '../../events/event-id.ts'
import { guardedCallback } from './fault.ts'

/** Any function whatever. */
export type AnyFunction = (...args: never[]) => unknown

/** A value, or a function of the call's arguments that gives it. */
export type FromArguments<F extends AnyFunction, T> = T | ((...args: Parameters<F>) => T)

/** What a callback gets of a result: the result itself (of a promise, what it resolves to), or each item of a stream. */
export type ItemOf<F extends AnyFunction> = ItemIn<Awaited<ReturnType<F>>>
type ItemIn<R> = R extends AsyncIterable<infer Item> ? Item : R extends Iterator<infer Item> ? Item : R

/** Resolves options of one call. A function that throws is reported and counts as absent. */
export function fromArguments<F extends AnyFunction>(
  args: readonly unknown[],
): <T>(name: string, option: FromArguments<F, T> | undefined) => T | undefined {
  return (name, option) =>
    typeof option === 'function' ? guardedCallback(name, () => Reflect.apply(option, undefined, args)) : option
}

/** The id under which a call is announced and its outcome recorded: the caller's, or a new one. */
export function callIdOf({ callId }: { readonly callId?: unknown }): string {
  return typeof callId === 'string' ? callId : newEventId(Date.now())
}

/** @throws KansaError `KANSA_INVALID_OPTION` */
export function checkOption(valid: boolean, wrapper: string, expected: string): void {
  if (!valid) throw new KansaError('KANSA_INVALID_OPTION', `${wrapper}: expected ${expected}`)
}
