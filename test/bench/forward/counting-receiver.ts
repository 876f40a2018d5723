/** Starts the receiver, and waits for what it counts. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('receiver.ts', import.meta.url))

export class CountingReceiver {
  readonly url: string
  private readonly child: ChildProcess

  static async start(): Promise<CountingReceiver> {
    const child = fork(PROGRAM, { execArgv: [] })
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]
    return new CountingReceiver(child, port)
  }

  private constructor(child: ChildProcess, port: number) {
    this.child = child
    this.url = `http://127.0.0.1:${port}/v1/logs`
  }

  /** Resolves with how many it has when it has so many. */
  async whenThereAre(records: number): Promise<number> {
    this.child.send({ wait: records })
    const [{ count }] = (await once(this.child, 'message')) as [{ count: number }]
    return count
  }

  stop(): void {
    this.child.disconnect()
  }
}
