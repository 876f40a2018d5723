/**
 * Sends requests to one OTLP/HTTP endpoint, one at a time. Everything has an end: connecting, sending and reading share
 * one deadline, and an answer is read up to a limit, so that no endpoint holds sockets or memory for longer.
 */
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { messageOf } from '../errors.ts'
import { readCertificateFile } from '../journal/forwarding/certificate-files.ts'
import { VERSION } from '../pipeline/version.ts'
import type { CertificatePaths, Destination } from './destination.ts'
import { ENCODINGS, readPartialSuccess } from './encoding.ts'
import { type AttemptEnd, endOfAnswer, endOfFailure, LateAnswer } from './export-operation.ts'
import type { RequestBody } from './request-parts.ts'
import { type Answer, judge, type Verdict } from './verdict.ts'

/** What the OTLP specification recommends as a client's limit. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024
/** More are better copied together. */
const MAX_PIECES = 64
// Its own requests must not be traced.
const UNTRACED = suppressTracing(ROOT_CONTEXT)

const compress = promisify(gzip)

/** What a request led to, and how it ended. */
export type Attempt = Verdict & { readonly end: AttemptEnd }

// Owned by the forwarder, or the exporter, that made it.
export class OtlpConnection {
  private readonly destination: Destination
  private readonly url: URL
  private agent: HttpAgent | undefined
  private current: ClientRequest | undefined
  private isClosed = false

  constructor(destination: Destination) {
    this.destination = destination
    this.url = new URL(destination.url)
  }

  /** Never rejects. */
  async send(body: RequestBody): Promise<Attempt> {
    try {
      const { compression } = this.destination
      const bytes = compression === 'gzip' ? [await compress(Buffer.concat(body))] : inFewPieces(body)
      const answer = await this.exchange(bytes)
      const verdict = judge(answer, Date.now(), readPartialSuccess)
      return { ...verdict, end: endOfAnswer(answer, verdict) }
    } catch (error) {
      // Whatever it is that failed: a new connection reads the certificates again, and asks for the address again.
      this.disconnect()
      return { kind: 'retry', reason: messageOf(error).trim(), afterMillis: undefined, end: endOfFailure(error) }
    }
  }

  /** Ends what is under way. */
  close(): void {
    this.isClosed = true
    this.current?.destroy()
    this.disconnect()
  }

  /** A server may close a connection that it thinks idle at the moment we use it again: that says nothing about it. */
  private async exchange(body: RequestBody): Promise<Answer> {
    const deadline = performance.now() + this.destination.timeoutMillis
    try {
      return await this.attempt(body, deadline)
    } catch (error) {
      if (this.current?.reusedSocket !== true || performance.now() >= deadline || this.isClosed) throw error
      this.disconnect()
      return await this.attempt(body, deadline)
    }
  }

  private attempt(body: RequestBody, deadline: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) throw new Error('delivery was ended')
      const request = context.with(UNTRACED, () => this.open(lengthOf(body)))
      this.current = request
      const late = new LateAnswer(`no answer within ${this.destination.timeoutMillis} ms`)
      // What is over already must be no negative time: Node.js would warn about that in the agent's output.
      const millisLeft = Math.max(0, deadline - performance.now())
      const timer = setTimeout(() => request.destroy(late), millisLeft).unref()
      const end = (settle: () => void): void => {
        clearTimeout(timer)
        settle()
      }
      // A delivery that waits is no reason for a process to stay.
      request.on('socket', socket => socket.unref())
      request.on('error', error => end(() => reject(error)))
      let isAnswered = false
      // An answer that is cut off ends by an error of its own.
      request.on('close', () => isAnswered || end(() => reject(new Error('the connection was closed'))))
      request.on('response', response => {
        isAnswered = true
        readAnswer(response, request)
          .then(async answer => {
            await endSending(request)
            return answer
          })
          .then(
            answer => end(() => resolve(answer)),
            (error: unknown) => end(() => reject(error)),
          )
      })
      request.cork()
      for (const piece of body) request.write(piece)
      request.end()
    })
  }

  private open(length: number): ClientRequest {
    const { headers, compression, encoding } = this.destination
    const isSecure = this.url.protocol === 'https:'
    const send = isSecure ? httpsRequest : httpRequest
    return send(this.url, {
      method: 'POST',
      agent: (this.agent ??= isSecure
        ? new HttpsAgent(this.tlsOptions())
        : new HttpAgent({ keepAlive: true, maxSockets: 1 })),
      headers: {
        ...headers,
        'user-agent': `kansa/${VERSION}`,
        'content-type': ENCODINGS[encoding].contentType,
        'content-length': length,
        ...(compression === 'gzip' && { 'content-encoding': 'gzip' }),
      },
    })
  }

  private tlsOptions(): object {
    return { keepAlive: true, maxSockets: 1, ...readCertificates(this.destination.certificates) }
  }

  private disconnect(): void {
    this.agent?.destroy()
    this.agent = undefined
  }
}

/**
 * An answer may come before everything is sent. The memory of what was sent is used again when it was answered: what is
 * left of it must not go out with something else in it.
 */
async function endSending(request: ClientRequest): Promise<void> {
  if (request.writableFinished || request.closed) return
  await new Promise(resolve => {
    request.once('close', resolve)
    request.destroy()
  })
}

/** Each is a write of its own. */
function inFewPieces(body: RequestBody): RequestBody {
  return body.length > MAX_PIECES ? [Buffer.concat(body)] : body
}

function lengthOf(body: RequestBody): number {
  return body.reduce((sum, { length }) => sum + length, 0)
}

function readCertificates({ certificate, clientCertificate, clientKey }: CertificatePaths): object {
  return {
    ...(certificate !== undefined && { ca: readCertificateFile('certificate', certificate) }),
    ...(clientCertificate !== undefined && { cert: readCertificateFile('clientCertificate', clientCertificate) }),
    ...(clientKey !== undefined && { key: readCertificateFile('clientKey', clientKey) }),
  }
}

async function readAnswer(response: IncomingMessage, request: ClientRequest): Promise<Answer> {
  const { statusCode: status = 0, headers } = response
  const answer = { status, retryAfter: headers['retry-after'], contentType: headers['content-type'] ?? '' }
  // Nothing compressed was asked for, so nothing is unpacked: a small answer cannot become a large one.
  const isReadable = (headers['content-encoding'] ?? 'identity') === 'identity'
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue
    length += chunk.length
    if (length > MAX_ANSWER_BYTES) {
      request.destroy()
      return { ...answer, body: undefined }
    }
    if (isReadable) chunks.push(chunk)
  }
  return { ...answer, body: isReadable ? Buffer.concat(chunks) : undefined }
}
