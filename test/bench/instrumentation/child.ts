/** A child process that answers one message at a time. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

export class Child {
  private readonly process: ChildProcess
  /** What it said when it was ready. */
  readonly greeting: unknown

  /** Resolves when it is ready. */
  static async start(
    path: string,
    args: readonly string[],
    execArgv: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<Child> {
    const forked = fork(path, args, { execArgv: [...execArgv], env: { ...process.env, ...env } })
    return new Child(forked, await messageOf(forked))
  }

  private constructor(forked: ChildProcess, greeting: unknown) {
    this.process = forked
    this.greeting = greeting
  }

  async ask<T>(message: object): Promise<T> {
    this.process.send(message)
    return (await messageOf(this.process)) as T
  }

  /** Resolves when it has ended by itself. */
  async end(): Promise<void> {
    const ended = once(this.process, 'exit')
    this.process.send('end')
    await ended
  }

  stop(): void {
    this.process.disconnect()
  }
}

/** @throws Error when it ends instead */
async function messageOf(child: ChildProcess): Promise<unknown> {
  const controller = new AbortController()
  const { signal } = controller
  const ended = once(child, 'exit', { signal }).then(([code]): never => {
    throw new Error(`a child process ended with ${code}`)
  })
  // Whoever is waited for no longer is of no interest.
  ended.catch(() => {})
  try {
    const [message]: unknown[] = await Promise.race([once(child, 'message', { signal }), ended])
    return message
  } finally {
    controller.abort()
  }
}
