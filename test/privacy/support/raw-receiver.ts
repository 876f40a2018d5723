/** An OTLP/HTTP receiver on 127.0.0.1 that keeps the bodies as bytes, unpacked. It refuses the first one. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'

export class RawReceiver {
  readonly bodies: Buffer[] = []
  private readonly server: Server = createServer((request, response) => void this.handle(request, response))

  get url(): string {
    const address = this.server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1/logs`
  }

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    return this
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close')
    this.server.close()
    this.server.closeAllConnections()
    await closed
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
    const raw = Buffer.concat(chunks)
    this.bodies.push(raw, request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : Buffer.alloc(0))
    response.writeHead(this.bodies.length === 2 ? 400 : 200, { 'content-type': 'application/json' })
    response.end('{}')
  }
}
