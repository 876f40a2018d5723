/** An observer that will want to hear no more once it has ended. */
export interface EndingObserver {
  readonly ended: boolean
}

/**
 * The observers of objects, by object and method. An object that is returned by many calls (a cached promise, one stream
 * for all) is changed once only, so its call stack stays flat, and what no longer listens is let go.
 */
export class ObserverRegistry<T extends EndingObserver> {
  private readonly observers = new WeakMap<object, Map<PropertyKey, Set<T>>>()

  /**
   * Adds an observer of `target[name]`. For the first one, `install` puts in place what tells those who still listen;
   * false when it could not.
   */
  add(target: object, name: PropertyKey, observer: T, install: (listening: () => T[]) => boolean): boolean {
    const byName = this.observers.get(target) ?? new Map<PropertyKey, Set<T>>()
    const known = byName.get(name)
    known?.add(observer)
    if (known !== undefined) return true
    const all = new Set([observer])
    if (!install(() => listeningOf(all))) return false
    this.observers.set(target, byName.set(name, all))
    return true
  }
}

function listeningOf<T extends EndingObserver>(all: Set<T>): T[] {
  for (const each of all) if (each.ended) all.delete(each)
  return [...all]
}
