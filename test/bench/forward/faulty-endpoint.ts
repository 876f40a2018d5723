/** Starts an endpoint that takes nothing, in a process of its own; or is one: `node faulty-endpoint.ts <fault>`. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

const FAULTS = {
  hung: (socket: Socket) => socket.resume(),
  // At the first bytes of a request, not when it connects.
  resetting: (socket: Socket) => socket.once('data', () => socket.resetAndDestroy()),
  refusing: undefined,
} as const
export type Fault = keyof typeof FAULTS

export class FaultyEndpoint {
  readonly url: string
  private readonly child: ChildProcess

  static async start(fault: Fault): Promise<FaultyEndpoint> {
    const child = fork(fileURLToPath(import.meta.url), [fault], { execArgv: [] })
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]
    return new FaultyEndpoint(child, port)
  }

  private constructor(child: ChildProcess, port: number) {
    this.child = child
    this.url = `http://127.0.0.1:${port}/v1/logs`
  }

  stop(): void {
    if (this.child.connected) this.child.disconnect()
  }
}

export function isFault(text: string | undefined): text is Fault {
  return text !== undefined && text in FAULTS
}

if (import.meta.main && isFault(process.argv[2])) serve(process.argv[2])

function serve(fault: Fault): void {
  const handle = FAULTS[fault]
  const server = createServer(socket => {
    socket.on('error', () => {})
    handle?.(socket)
  })
  process.on('disconnect', () => process.exit())
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    // A port that was free a moment ago, and that nobody listens on now.
    if (handle === undefined) server.close()
    process.send?.({ port })
  })
}
