/** A small OTLP/HTTP receiver for logs (JSON), on 127.0.0.1 where nothing else is said, that can also misbehave. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One record as it came over the wire; 64-bit numbers are text. */
export interface OtlpLogRecord {
  readonly eventName?: string
  readonly severityNumber?: number
  readonly body?: { readonly stringValue?: string }
  readonly attributes?: readonly { readonly key: string; readonly value: Record<string, unknown> }[]
  readonly traceId?: string
  readonly spanId?: string
}

export interface OtlpLogsData {
  readonly resourceLogs?: readonly {
    readonly resource?: { readonly attributes?: readonly { readonly key: string; readonly value: unknown }[] }
    readonly scopeLogs?: readonly { readonly logRecords?: readonly OtlpLogRecord[] }[]
  }[]
}

/** An HTTP status, or: take the request and never answer, or: cut the connection. */
export type Answer = number | 'hang' | 'reset'

export class OtlpReceiver {
  /** How the next requests are answered. */
  answer: Answer = 200
  /** Bodies of the requests that were answered with 2xx, as they came. */
  readonly accepted: OtlpLogsData[] = []
  /** Bodies of all requests, whatever the answer. */
  readonly received: OtlpLogsData[] = []
  readonly headers: IncomingMessage['headers'][] = []
  private server: Server | undefined
  private port: number
  private readonly host: string

  /** @param port default: any that is free */
  constructor(port = 0, host = '127.0.0.1') {
    this.port = port
    this.host = host
  }

  get url(): string {
    return `http://${this.host}:${this.port}/v1/logs`
  }

  /** The accepted records in order of arrival. */
  get records(): OtlpLogRecord[] {
    return this.accepted.flatMap(recordsOf)
  }

  /** The bodies of the accepted records, for those that are text. */
  get bodies(): string[] {
    return this.records.map(record => record.body?.stringValue ?? '')
  }

  /** Listens; again on the same port after `stop`. */
  async start(): Promise<this> {
    this.server = createServer((request, response) => void this.handle(request, response))
    this.server.listen(this.port, this.host)
    await once(this.server, 'listening')
    this.port = (this.server.address() as AddressInfo).port
    return this
  }

  /** Closes every connection: the collector is down. */
  async stop(): Promise<void> {
    const server = this.server
    if (server === undefined) return
    this.server = undefined
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const data = JSON.parse(Buffer.concat(chunks).toString('utf8')) as OtlpLogsData
    this.received.push(data)
    this.headers.push(request.headers)
    const { answer } = this
    if (answer === 'hang') return
    if (answer === 'reset') {
      request.socket.destroy()
      return
    }
    if (answer < 300) this.accepted.push(data)
    response.writeHead(answer, { 'content-type': 'application/json' })
    response.end('{}')
  }
}

export function recordsOf(data: OtlpLogsData): OtlpLogRecord[] {
  const scopes = (data.resourceLogs ?? []).flatMap(resource => resource.scopeLogs ?? [])
  return scopes.flatMap(scope => scope.logRecords ?? [])
}
