/** Which agent SDKs are instrumented in this process, and which of them were never called: the log's own records tell it. */

// Owned by this file's functions: names as `KANSA_INSTRUMENTATIONS` has them.
const instrumented = new Set<string>()
// Of those with methods whose calls are seen: whether there was one.
const called = new Map<string, boolean>()

export function noteInstrumented(sdk: string): void {
  instrumented.add(sdk)
}

export function noteUninstrumented(sdk: string): void {
  instrumented.delete(sdk)
  called.delete(sdk)
}

/** Methods of the SDK are patched: if none of them is called from now on, that can be said. */
export function noteCallable(sdk: string): void {
  if (!called.has(sdk)) called.set(sdk, false)
}

export function noteCalled(sdk: string): void {
  called.set(sdk, true)
}

/** Separated by commas. */
export function instrumentedText(): string {
  return [...instrumented].toSorted().join(',')
}

/** Those that were loaded and never called, separated by commas; `undefined` where there is none. */
export function neverCalledText(): string | undefined {
  const names = [...called].filter(([, wasCalled]) => !wasCalled).map(([sdk]) => sdk)
  return names.length === 0 ? undefined : names.toSorted().join(',')
}
