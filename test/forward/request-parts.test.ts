import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { expect } from 'chai'
import fc from 'fast-check'
import { ENCODINGS } from '../../src/forward/encoding.ts'
import type { Fragment, RequestParts } from '../../src/forward/request-parts.ts'
import { arbitraryEvent } from '../support/arbitrary-event.ts'
import { sentRecord } from './support/sent-records.ts'

const RESOURCES = [
  resourceFromAttributes({}),
  resourceFromAttributes({ 'service.name': '"logRecords":[', list: ['a', 'b'] }),
  resourceFromAttributes({ 'x"}]': ']}]}', long: 'é'.repeat(300) }),
]

/** With a resource each. */
const records = fc.array(
  fc.tuple(arbitraryEvent, fc.constantFrom(...RESOURCES)).map(([event, resource]) => sentRecord(event, resource)),
  { maxLength: 8 },
)

/** Records of the same resource share a frame, as they do in a log. */
function fragmentsOf(parts: RequestParts, sent: readonly ReadableLogRecord[]): Fragment[] {
  const frames = new Map(sent.map(record => [record.resource, parts.frameOf(record)]))
  return sent.map(record => {
    const slab = parts.fragmentOf(record)
    return { bytes: { slab, from: 0, to: slab.length }, frame: frames.get(record.resource) ?? parts.frameOf(record) }
  })
}

/** Records that follow each other with the same resource. */
function runsOf(sent: readonly ReadableLogRecord[]): ReadableLogRecord[][] {
  const runs: ReadableLogRecord[][] = []
  for (const record of sent) {
    if (runs.at(-1)?.[0]?.resource === record.resource) runs.at(-1)?.push(record)
    else runs.push([record])
  }
  return runs
}

describe('a request put together from parts', () => {
  it('says in JSON what OpenTelemetry’s serializer says, in the order of the log', () => {
    fc.assert(
      fc.property(records, sent => {
        const { parts } = ENCODINGS.json
        const request: unknown = JSON.parse(Buffer.concat(parts.join(fragmentsOf(parts, sent))).toString('utf8'))
        const runs = runsOf(sent).map((run): { readonly resourceLogs: readonly unknown[] } =>
          JSON.parse(Buffer.from(JsonLogsSerializer.serializeRequest(run) ?? []).toString('utf8')),
        )
        expect(request).to.deep.equal({ resourceLogs: runs.flatMap(({ resourceLogs }) => resourceLogs) })
      }),
      { numRuns: 100 },
    )
  })

  it('is in protobuf, byte for byte, what OpenTelemetry’s serializer makes, in the order of the log', () => {
    fc.assert(
      fc.property(records, sent => {
        const { parts } = ENCODINGS.protobuf
        // One message behind another is both in one (protobuf, "Encoding").
        const runs = runsOf(sent).map(run => ProtobufLogsSerializer.serializeRequest(run) ?? new Uint8Array())
        expect(Buffer.concat(parts.join(fragmentsOf(parts, sent)))).to.deep.equal(Buffer.concat(runs))
      }),
      { numRuns: 100 },
    )
  })

  it('is no longer than its parts let expect', () => {
    fc.assert(
      fc.property(records, fc.constantFrom('json' as const, 'protobuf' as const), (sent, encoding) => {
        const { parts } = ENCODINGS[encoding]
        const fragments = fragmentsOf(parts, sent)
        let bytes = parts.requestBytes
        for (const [index, { bytes: each, frame }] of fragments.entries()) {
          bytes += each.to - each.from
          if (frame !== fragments[index - 1]?.frame)
            bytes += frame.before.length + frame.after.length + parts.frameBytes
        }
        expect(Buffer.concat(parts.join(fragments)).length).to.be.at.most(bytes)
      }),
      { numRuns: 100 },
    )
  })
})
