import { expect } from 'chai'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { skipBecause } from '../../support/skip-because.ts'
import { useAudited } from '../support/set-up.ts'
import { auditingLoopback, chat, NO_BODIES, post, startAnswerServer, TELLS_BODIES, until } from './support.ts'
import type { Answer } from './support.ts'

const USAGE = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 }
const WHOLE = JSON.stringify({ id: 'x', model: 'real', choices: [{ message: { content: 'hällo' } }], usage: USAGE })
const JSON_TYPE = { 'content-type': 'application/json' }
const EVENTS_TYPE = { 'content-type': 'text/event-stream; charset=utf-8' }

function delta(content: string, more: object = {}): string {
  return JSON.stringify({ id: 'x', model: 'real', choices: [{ delta: { content } }], ...more })
}

const EVENTS = `: hi\r\n\r\ndata: ${delta('häl')}\r\n\r\ndata:${delta('lo', { usage: USAGE })}\n\ndata: [DONE]\n\n`

/** One byte after the other: characters and lines are cut everywhere. */
function bytesOf(text: string): Uint8Array[] {
  return [...Buffer.from(text)].map(byte => Uint8Array.of(byte))
}

describe('undici: the body of an answer', () => {
  const audited = useAudited(auditingLoopback)
  before(function () {
    if (!TELLS_BODIES) skipBecause(this, NO_BODIES)
  })

  /** What the application reads of the answer. */
  async function textOf(answer: Answer): Promise<string> {
    const server = await startAnswerServer(answer)
    try {
      return await (await post(server.url, chat())).text()
    } finally {
      await server.close()
    }
  }

  const known = { response_preview: 'hällo', total_tokens: 18, response_model: 'real' }

  for (const [encoding, compress] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    it(`is read when it is compressed with ${encoding}, whole and streamed`, async function () {
      const headers = { 'content-encoding': encoding }
      const whole = await textOf({ headers: { ...JSON_TYPE, ...headers }, pieces: [compress(Buffer.from(WHOLE))] })
      const events = compress(Buffer.from(EVENTS))
      const pieces = [events.subarray(0, 20), events.subarray(20)]
      const streamed = await textOf({ headers: { ...EVENTS_TYPE, ...headers }, pieces })

      expect(audited.calls()).to.have.length(2)
      for (const call of audited.calls()) expect(call).to.include(known).and.not.have.property('error')
      // Not every fetch undoes each of them.
      if (encoding !== 'zstd') expect([whole, streamed]).to.deep.equal([WHOLE, EVENTS])
    })
  }

  it('is read whatever pieces it comes in', async () => {
    await textOf({ headers: EVENTS_TYPE, pieces: bytesOf(EVENTS) })
    await textOf({ headers: JSON_TYPE, pieces: bytesOf(WHOLE) })

    for (const call of audited.calls()) expect(call).to.include(known)
  })

  it('is read when it has one value a line, or is one list', async () => {
    const lines = [delta('häl'), delta('lo', { usage: USAGE })]
    await textOf({ headers: { 'content-type': 'application/x-ndjson' }, pieces: [lines.join('\n')] })
    await textOf({ headers: JSON_TYPE, pieces: [`[${lines.join(',')}]`] })

    expect(audited.calls()).to.have.length(2)
    for (const call of audited.calls()) expect(call).to.include(known)
  })

  it('that is complete for its reader, who leaves after the last event, is a call that succeeded', async () => {
    const server = await startAnswerServer({ headers: EVENTS_TYPE, pieces: [EVENTS, ...Array(1000).fill('\n')] })
    const response = await post(server.url, chat())
    for await (const _ of response.body ?? []) break
    await until(() => audited.calls().length > 0)
    await server.close()

    expect(audited.calls()[0]).to.include(known).and.not.have.property('error')
  })

  it('that reports an error in its stream is that of a failed call', async () => {
    const error = JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'too busy' } })
    await textOf({ headers: EVENTS_TYPE, pieces: [`data: ${delta('h')}\n\nevent: error\ndata: ${error}\n\n`] })

    expect(audited.calls()[0]).to.include({ error: 'too busy', status_code: 200 })
  })

  it('that unfolds to more than is kept is left alone, and reaches the application', async () => {
    const bomb = gzipSync(Buffer.alloc(16 * 1024 * 1024, ' '))
    const text = await textOf({ headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, pieces: [bomb] })

    expect(text).to.have.length(16 * 1024 * 1024)
    expect(audited.calls()).to.have.length(1)
    expect(audited.calls()[0]).to.include({ usage_unknown: true, status_code: 200 })
  })

  it('that is damaged, no JSON or in an unknown encoding is left alone', async () => {
    for (const answer of [
      { headers: { ...JSON_TYPE, 'content-encoding': 'rot13' }, pieces: [WHOLE] },
      { headers: { 'content-type': 'text/html' }, pieces: ['<p>hello'] },
      { headers: EVENTS_TYPE, pieces: ['data: {"id":\n\ndata: null\n\n'] },
    ]) {
      await textOf(answer).catch(() => '')
    }

    expect(audited.calls()).to.have.length(3)
    for (const call of audited.calls()) expect(call).to.include({ usage_unknown: true, status_code: 200 })
  })

  it('of a request may have any size: what is too large for us is unknown', async () => {
    const server = await startAnswerServer({ headers: JSON_TYPE, pieces: [WHOLE] })
    const body = { ...chat(), padding: 'x'.repeat(5 * 1024 * 1024) }
    await (await post(server.url, body)).text()
    await server.close()

    expect(audited.calls()[0]).to.include({ ...known, model: 'unknown' })
  })
})
