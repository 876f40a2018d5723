/** Requests by `fetch`, as clients make them that have no SDK of their own, and a server with answers of all kinds. */
import { createServer } from 'node:http'
import type { OutgoingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UNDICI } from '../../../src/instrumentation/undici/undici-sdk.ts'
import { auditing } from '../support/audited.ts'
import type { Audited } from '../support/audited.ts'

/** Node 22 has an undici that tells nothing of bodies: what only they say is unknown there. */
export const TELLS_BODIES: boolean = Number(process.versions['undici']?.split('.')[0]) >= 7
export const NO_BODIES = 'this undici tells nothing of bodies'

/** Audits all requests to the loopback, as the environment of a program would have it. */
export function auditingLoopback(): Audited {
  const before = process.env['KANSA_MODEL_HOSTS']
  process.env['KANSA_MODEL_HOSTS'] = 'models.example.com, 127.0.0.1'
  try {
    return auditing(UNDICI)
  } finally {
    if (before === undefined) delete process.env['KANSA_MODEL_HOSTS']
    else process.env['KANSA_MODEL_HOSTS'] = before
  }
}

export function post(url: string, body: object, more: RequestInit = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body), ...more })
}

export function chat(model = 'm') {
  return { model, messages: [{ role: 'user', content: 'Say hello.' }] }
}

export interface Answer {
  readonly status?: number
  readonly headers: OutgoingHttpHeaders
  /** Written one after the other. */
  readonly pieces: readonly (string | Uint8Array)[]
}

export interface AnswerServer {
  readonly url: string
  close(): Promise<void>
}

/** Gives the same answer to each request. */
export async function startAnswerServer({ status = 200, headers, pieces }: Answer): Promise<AnswerServer> {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(status, headers)
    const write = (index: number): void => {
      const piece = pieces[index]
      if (piece === undefined) return void response.end()
      response.write(piece, () => setImmediate(write, index + 1))
    }
    write(0)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  const close = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`, close }
}

/** Waits for what happens behind the consumer's back: the end of a request that was left. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited in vain')
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}
