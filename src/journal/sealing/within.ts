/** Waiting that ends: for what another process or machine answers, perhaps never. */

/** What `promise` comes to, or a rejection that says that `who` took too long. A late rejection is nobody's. */
export function within<T>(millis: number, who: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${who} did not answer within ${millis} ms`)), millis)
    void promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
