/**
 * Changes made to an SDK's objects, and how to take them back. A method is replaced on its owner, mostly a prototype, so
 * that it does not matter who has imported what before, and whether a namespace can be written.
 */
import { guarded } from '../pipeline/observe/fault.ts'
import { isObject, readProperty } from '../pipeline/observe/property.ts'

/** A call of a patched method. */
export interface PatchedCall {
  /** The method as the SDK made it. */
  readonly method: unknown
  readonly self: unknown
  readonly args: readonly unknown[]
  /** Does what the method does; with other arguments where some are given. */
  readonly proceed: (args?: readonly unknown[]) => unknown
}

const PATCHED_KEY = Symbol.for('kansa.patched')

/** On `globalThis`: what another copy of the package has patched is not patched again, and so not recorded twice. */
function patchedFunctions(): WeakSet<object> {
  const existing: unknown = Reflect.get(globalThis, PATCHED_KEY)
  if (existing instanceof WeakSet) return existing
  const created = new WeakSet()
  Object.defineProperty(globalThis, PATCHED_KEY, { value: created })
  return created
}

/** Told of what is patched. */
export interface PatchListener {
  /** A method was patched. */
  patched(): void
  /** A patched method was called, for the first time. */
  called(): void
}

export class Patches {
  // Owned by this object: what `undo` does, in the order in which it was done.
  private readonly undoing: (() => void)[] = []
  private readonly listener: PatchListener | undefined
  private wasCalled = false

  constructor(listener?: PatchListener) {
    this.listener = listener
  }

  /**
   * Puts `around` before `owner[name]`; its result is the method's result, and what it throws is thrown to the caller. It
   * is for `around` to keep faults of ours away from there: `observeCall` and `guarded` do.
   * @throws TypeError when there is no such method, or it cannot be replaced
   */
  method(owner: unknown, name: string, around: (call: PatchedCall) => unknown): void {
    this.value(owner, name, method => {
      if (typeof method !== 'function') throw new TypeError(`there is no method ${name}`)
      let active = true
      this.onUndo(() => (active = false))
      this.listener?.patched()
      // A Proxy keeps the method's own name, length and properties.
      return new Proxy(method, {
        apply: (_, self: unknown, args: unknown[]): unknown => {
          const proceed = (given: readonly unknown[] = args): unknown => Reflect.apply(method, self, given)
          if (!active) return proceed()
          if (!this.wasCalled) this.noteCall()
          return around({ method, self, args, proceed })
        },
      })
    })
  }

  private noteCall(): void {
    this.wasCalled = true
    this.listener?.called()
  }

  /**
   * Replaces `owner[name]`: an export that is no class, a method that is to be made anew.
   * @throws TypeError when it cannot be replaced
   */
  value(owner: unknown, name: string, replace: (original: unknown) => object): void {
    const original = readProperty(owner, name)
    if (!isObject(owner)) throw new TypeError(`there is nothing that could have ${name}`)
    // The same class is met more than once: through `import` and `require`, or by another copy of the package.
    if (isObject(original) && patchedFunctions().has(original)) return
    const replaced = replace(original)
    const own = Object.getOwnPropertyDescriptor(owner, name)
    const enumerable = own?.enumerable ?? false
    write(owner, name, { value: replaced, writable: true, configurable: true, enumerable })
    if (readProperty(owner, name) !== replaced) throw new TypeError(`${name} cannot be replaced`)
    patchedFunctions().add(replaced)
    this.onUndo(() => {
      // Where somebody has put something before ours, it stays, and passes calls on.
      if (readProperty(owner, name) !== replaced) return
      if (own === undefined) Reflect.deleteProperty(owner, name)
      else write(owner, name, own)
    })
  }

  /** What takes back a change that was made by other means: a listener, a global. */
  onUndo(undo: () => void): void {
    this.undoing.push(undo)
  }

  /** Takes everything back, the latest first. */
  undo(): void {
    this.wasCalled = false
    for (const undo of this.undoing.splice(0).toReversed()) guarded('detaching from an SDK', undo)
  }
}

/** Namespaces of ES modules, as the loader hooks give them, are written by assignment only. */
function write(owner: object, name: string, descriptor: PropertyDescriptor): void {
  try {
    if (Reflect.defineProperty(owner, name, descriptor)) return
  } catch {
    // Assignment is left.
  }
  Reflect.set(owner, name, descriptor.value)
}
