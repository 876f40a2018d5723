/** Reading objects that others made: absent properties, throwing getters and hostile proxies all give `undefined`. */

/** Anything that can have properties, functions included. */
export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** Also runs a getter. */
export function readProperty(value: unknown, key: PropertyKey): unknown {
  if (!isObject(value)) return undefined
  try {
    return Reflect.get(value, key)
  } catch {
    return undefined
  }
}

/**
 * Runs no getter: on the lazy results of some SDKs (`streamText` of the AI SDK) a look at `usage` or `text` starts to
 * consume the stream.
 */
export function readData(value: unknown, key: PropertyKey): unknown {
  try {
    // Most of what is looked for is not there, and this says so at a tenth of the cost.
    if (!isObject(value) || !(key in value)) return undefined
    for (let holder: unknown = value; isObject(holder); holder = Object.getPrototypeOf(holder)) {
      const descriptor = Object.getOwnPropertyDescriptor(holder, key)
      if (descriptor !== undefined) return descriptor.value
    }
  } catch {
    // A proxy that does not want to be looked at.
  }
  return undefined
}

/** What an object inherits from; `undefined` where that is nothing. */
export function prototypeOf(value: object): object | undefined {
  try {
    const prototype: unknown = Object.getPrototypeOf(value)
    return isObject(prototype) ? prototype : undefined
  } catch {
    return undefined
  }
}

/** `readPath(error, ['response', 'status'])` reads `error.response.status`. */
export function readPath(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value
  for (const key of path) found = readProperty(found, key)
  return found
}

/** The same without running a getter. */
export function readDataPath(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value
  for (const key of path) found = readData(found, key)
  return found
}

export function hasMethods(value: unknown, ...keys: readonly PropertyKey[]): value is object {
  return keys.every(key => typeof readData(value, key) === 'function')
}
