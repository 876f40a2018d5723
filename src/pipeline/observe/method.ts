/**
 * Listening in on one method of one object, without the object's users noticing: identity, class, private fields and all
 * other properties stay what they are. A Proxy around the object would break private fields and `===`.
 */
import { readProperty } from './property.ts'

/** Does what the method did. Other arguments may be passed on. */
export type Original = (args: readonly unknown[]) => unknown

/**
 * Puts `around` before `target[name]`; its result is the method's result. False when the object has no such method or
 * does not let it be replaced (frozen).
 */
export function shadowMethod(
  target: object,
  name: PropertyKey,
  around: (original: Original, args: readonly unknown[], self: unknown) => unknown,
): boolean {
  const method = readProperty(target, name)
  if (typeof method !== 'function') return false
  // A Proxy keeps the method's own name, length and properties.
  const value: unknown = new Proxy(method, {
    apply: (original, self: unknown, args: unknown[]) =>
      around(passed => Reflect.apply(original, self, passed), args, self),
  })
  try {
    const enumerable = Object.prototype.propertyIsEnumerable.call(target, name)
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable })
    // A proxy that makes its methods up as it is asked would not use ours.
    return readProperty(target, name) === value
  } catch {
    return false
  }
}
