/** A promise that is settled from outside. */
export class Deferred {
  readonly promise: Promise<void>
  resolve: () => void = nothing
  reject: (reason: unknown) => void = nothing

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }
}

// Only until the line after it.
function nothing(): void {}
