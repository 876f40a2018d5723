/** An OTLP endpoint on 127.0.0.1 that does with each request what a test says. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { type OtlpLogRecord, type OtlpLogsData, recordsOf } from '../../support/otlp-receiver.ts'

/** A request as it arrived. */
export interface Arrival {
  readonly records: readonly OtlpLogRecord[]
  readonly data: OtlpLogsData
  readonly bytes: number
  readonly headers: IncomingMessage['headers']
  /** Milliseconds, on a clock that only runs forward. */
  readonly at: number
}

/** What becomes of a request: a status, or whatever is done with the response. True where its records count as taken. */
export type Reply = (arrival: Arrival, response: ServerResponse, request: IncomingMessage) => boolean

export const TAKE: Reply = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  return true
}

export function answer(status: number, headers: Record<string, string> = {}, body = ''): Reply {
  return (_, response) => {
    response.writeHead(status, headers).end(body)
    return false
  }
}

export const HANG: Reply = () => false

export const RESET: Reply = (_, _response, request) => {
  request.socket.destroy()
  return false
}

export class Endpoint {
  reply: Reply = TAKE
  readonly arrivals: Arrival[] = []
  /** Those whose records were taken. */
  readonly taken: Arrival[] = []
  readonly sockets = new Set<Socket>()
  private server: Server | undefined
  private port = 0
  private readonly tls: { readonly cert: string; readonly key: string } | undefined

  constructor(tls?: { readonly cert: string; readonly key: string }) {
    this.tls = tls
  }

  get url(): string {
    return `${this.tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.port}/v1/logs`
  }

  /** `log.record.uid` of the taken records, in order, repeated ones included; checkpoints have none. */
  get ids(): string[] {
    return this.taken.flatMap(({ records }) => records.flatMap(record => idOf(record) ?? []))
  }

  /** Event names and indexes in order: `5` for a record, `c6` for a checkpoint of size 6. */
  get sequence(): string[] {
    return this.taken.flatMap(({ records }) => records.map(nameOf))
  }

  /** Again on the same port after `stop`. */
  async start(): Promise<this> {
    if (this.server !== undefined) return this
    const handle = (request: IncomingMessage, response: ServerResponse): void => void this.handle(request, response)
    this.server = this.tls === undefined ? createServer(handle) : createTlsServer(this.tls, handle)
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
    })
    this.server.listen(this.port, '127.0.0.1')
    await once(this.server, 'listening')
    this.port = (this.server.address() as AddressInfo).port
    return this
  }

  async stop(): Promise<void> {
    const { server } = this
    if (server === undefined) return
    this.server = undefined
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    for (const socket of this.sockets) socket.destroy()
    await closed
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const sent = Buffer.concat(chunks)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    const isJson = request.headers['content-type'] === 'application/json'
    const data: OtlpLogsData = isJson ? JSON.parse(body.toString('utf8')) : {}
    const arrival = {
      records: recordsOf(data),
      data,
      bytes: body.length,
      headers: request.headers,
      at: performance.now(),
    }
    this.arrivals.push(arrival)
    response.on('error', () => {})
    if (this.reply(arrival, response, request)) this.taken.push(arrival)
  }
}

export function attributeOf(record: OtlpLogRecord, key: string): string | number | undefined {
  const value = record.attributes?.find(attribute => attribute.key === key)?.value
  const [found]: unknown[] = Object.values(value ?? {})
  return typeof found === 'string' || typeof found === 'number' ? found : undefined
}

export function idOf(record: OtlpLogRecord): string | undefined {
  const id = attributeOf(record, 'log.record.uid')
  return id === undefined ? undefined : String(id)
}

function nameOf(record: OtlpLogRecord): string {
  const size = attributeOf(record, 'agent_audit.log.tree_size')
  return size === undefined ? String(attributeOf(record, 'agent_audit.log.index')) : `c${String(size)}`
}
