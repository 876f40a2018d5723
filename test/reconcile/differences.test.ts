import { expect } from 'chai'
import fc from 'fast-check'
import type { AuditEvent } from '../../src/events/kinds.ts'
import { differencesOf } from '../../src/reconcile/differences.ts'
import type { ExportedRecord } from '../../src/reconcile/exported-record.ts'
import { sealedRecordOf } from '../../src/reconcile/sealed-record.ts'
import { arbitraryEvent, RUNS } from '../support/arbitrary-event.ts'
import { ORIGIN } from '../support/sealed-folder.ts'
import { datadogCsv, datadogEvent, otlpFile, splunkCsv, splunkFile, splunkResult } from './support/exports.ts'
import { readBack } from './support/read.ts'
import { attributeOf, sentEvents } from './support/sent-records.ts'
import type { OtlpValue, SentRecord } from './support/sent-records.ts'

/** Every way that a record is shown in. */
const FORMS: Readonly<Record<string, (record: SentRecord) => string>> = {
  "JSON lines of the collector's file exporter": record => otlpFile([record]),
  'JSON of Splunk': record => splunkFile([record]),
  'JSON of Splunk, with the names of otel-collector.yaml': record => splunkFile([record], 'ours'),
  'CSV of Splunk': record => splunkCsv([record]),
  'nested JSON of Datadog': record => JSON.stringify({ data: [datadogEvent(record)] }),
  'flat JSON of Datadog': record => JSON.stringify([datadogEvent(record, 'flat')]),
  'CSV of Datadog': record => datadogCsv([record]),
}

async function shown(text: string): Promise<ExportedRecord> {
  const [record] = (await readBack(text)).records
  if (record === undefined) throw new Error(`no record was read: ${text}`)
  return record
}

async function changedFields(event: AuditEvent, text: string, ignored: string[] = []): Promise<string[]> {
  return differencesOf(sealedRecordOf(event, ORIGIN), await shown(text), ignored).map(({ field }) => field)
}

function sentOf(event: AuditEvent): SentRecord {
  const [record] = sentEvents([event])
  if (record === undefined) throw new Error('the record did not arrive')
  return record
}

/** Changes what nothing on the way changes. */
function changed(value: OtlpValue): OtlpValue {
  if (value.stringValue !== undefined) return { stringValue: `${value.stringValue}?` }
  if (value.boolValue !== undefined) return { boolValue: !value.boolValue }
  if (value.intValue !== undefined) return { intValue: Number(value.intValue) === 0 ? 1 : Number(value.intValue) - 1 }
  if (value.doubleValue !== undefined) return { doubleValue: value.doubleValue * 2 + 0.5 }
  if (value.arrayValue !== undefined) {
    return {
      arrayValue: { values: [...(value.arrayValue.values ?? []), { stringValue: 'more' }, { stringValue: 'still' }] },
    }
  }
  return {
    kvlistValue: { values: [...(value.kvlistValue?.values ?? []), { key: 'more', value: { stringValue: 'x' } }] },
  }
}

for (const [name, write] of Object.entries(FORMS)) {
  describe(`a record in ${name}`, () => {
    it('is the sealed one, whatever event it is', async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryEvent, async event => {
          expect(await changedFields(event, write(sentOf(event)))).to.deep.equal([])
        }),
        { numRuns: Math.ceil(RUNS / 2) },
      )
    })

    it('is altered, whichever attribute was changed', async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryEvent, async event => {
          for (const { key } of sentOf(event).attributes) {
            const record = sentOf(event)
            const attribute = attributeOf(record, key)
            attribute.value = changed(attribute.value)
            const fields = await changedFields(event, write(record))
            expect(fields, key).to.have.lengthOf(1)
            expect(fields[0] === key || fields[0]?.startsWith(`${key}.`), `${key} and ${fields[0]}`).to.equal(true)
          }
        }),
        { numRuns: Math.ceil(RUNS / 30) },
      )
    })

    const heads: readonly (readonly [string, (record: SentRecord) => void])[] = [
      ['timestamp', record => (record.timeUnixNano = String(BigInt(record.timeUnixNano) + 2_000_000n))],
      ['body', record => (record.body = { stringValue: 'nothing to see here' })],
      ['severity', record => Object.assign(record, { severityText: 'WHO KNOWS', severityNumber: 5 })],
      [
        'event_name',
        record => {
          record.eventName = 'agent_audit.token.usage'
          attributeOf(record, 'otel.event.name').value = { stringValue: 'agent_audit.token.usage' }
        },
      ],
      ['trace_id', record => (record.traceId = 'a'.repeat(32))],
    ]
    for (const [field, change] of heads) {
      it(`is altered where its ${field} was changed`, async () => {
        const record = sentOf(EVENT)
        change(record)
        const fields = await changedFields(EVENT, write(record))
        expect(fields).to.satisfy((found: string[]) => found.length > 0 && found.every(one => isAbout(one, field)))
      })
    }
  })
}

function isAbout(found: string, field: string): boolean {
  const others: Readonly<Record<string, string>> = { severity: 'status', event_name: 'otel.event.name' }
  return found.startsWith(field) || found === others[field]
}

const EVENT: AuditEvent = {
  id: '0199c0de-0000-7000-8000-000000000001',
  timestamp: '2026-11-22T10:15:30.123Z',
  actor_id: 'shell',
  event_type: {
    type: 'ToolCall',
    data: {
      tool_name: 'shell',
      call_id: 'call-1',
      parameters: '{}',
      execution_time: '2026-11-22T10:15:30.000Z',
      duration_ms: 123,
      success: true,
      output_preview: 'total 48',
      permission_granted: true,
    },
  },
  trace_id: 'b'.repeat(32),
  span_id: 'c'.repeat(16),
  trace_flags: 1,
  on_behalf_of: ['ada'],
  labels: { team: 'core', 'k8s.pod': 'a-1' },
  seq: 7,
}

describe('what an export shows of a record', () => {
  const result = (more: object): string => JSON.stringify({ result: { ...splunkResult(sentOf(EVENT)), ...more } })

  it('may lack any field', async () => {
    const { _time, 'log.record.uid': id } = splunkResult(sentOf(EVENT))
    expect(await changedFields(EVENT, JSON.stringify({ result: { _time, 'log.record.uid': id } }))).to.deep.equal([])
  })

  it('may have fields of others', async () => {
    expect(await changedFields(EVENT, result({ index: 'main', 'k8s.pod.name': 'a', 'user.id': 'svc' }))).to.deep.equal(
      [],
    )
  })

  it('must not have a field of ours that the sealed record has not', async () => {
    const fields = { 'agent_audit.error.message': 'boom', 'agent_audit.labels.owner': 'eve' }
    expect(await changedFields(EVENT, result(fields))).to.have.members(Object.keys(fields))
  })

  it('must not lack an entry of a map that OTLP shows whole', async () => {
    const record = sentOf(EVENT)
    attributeOf(record, 'agent_audit.labels').value.kvlistValue?.values?.pop()
    expect(await changedFields(EVENT, otlpFile([record]))).to.deep.equal(['agent_audit.labels'])
  })

  for (const [what, shownTime, isSame] of [
    ['with microseconds', '2026-11-22T10:15:30.123456+00:00', true],
    ['in another zone', '2026-11-22T11:15:30.123+0100', true],
    ['as seconds with a fraction', '1795342530.123', true],
    ['rounded to seconds', '2026-11-22 10:15:30 UTC', true],
    ['without a zone, which says nothing', '2026-11-22 03:15:30.123', true],
    ['a millisecond later', '2026-11-22T10:15:30.124Z', false],
    ['rounded to another second', '2026-11-22T10:15:32Z', false],
  ] as const) {
    it(`${isSame ? 'may' : 'must not'} have its time ${what}`, async () => {
      expect(await changedFields(EVENT, result({ _time: shownTime }))).to.deep.equal(isSame ? [] : ['timestamp'])
    })
  }

  for (const [field, value] of [
    ['agent_audit.tool.call.duration_ms', 123],
    ['agent_audit.tool.call.duration_ms', '123.0'],
    ['agent_audit.tool.call.success', true],
    ['agent_audit.tool.call.success', 'True'],
    ['agent_audit.tool.call.start_time', '2026-11-22T10:15:30+00:00'],
    ['agent_audit.on_behalf_of', ['ada']],
    ['agent_audit.on_behalf_of', '["ada"]'],
    ['agent_audit.on_behalf_of{}', 'ada'],
    ['agent_audit.labels', '{"k8s.pod":"a-1","team":"core"}'],
    ['agent_audit.labels', { team: 'core', k8s: { pod: 'a-1' } }],
    ['gen_ai.tool.name', ['shell', 'shell']],
  ] as const) {
    it(`may have ${field} as ${JSON.stringify(value)}`, async () => {
      expect(await changedFields(EVENT, result({ [field]: value }))).to.deep.equal([])
    })
  }

  for (const [field, value] of [
    ['agent_audit.tool.call.duration_ms', '123.1'],
    ['agent_audit.tool.call.success', 'yes'],
    ['agent_audit.on_behalf_of', ['ada', 'eve']],
    ['agent_audit.labels', '{"team":"core"}'],
    ['gen_ai.tool.name', ['shell', 'rm']],
    ['gen_ai.tool.call.id', ''],
  ] as const) {
    it(`must not have ${field} as ${JSON.stringify(value)}`, async () => {
      expect(await changedFields(EVENT, result({ [field]: value }))).to.deep.equal([field])
    })
  }

  it('is not compared where it is changed on purpose', async () => {
    const text = result({ 'agent_audit.labels.team': 'x', _raw: 'masked', 'gen_ai.tool.name': 'y' })
    expect(await changedFields(EVENT, text, ['agent_audit.labels', 'body'])).to.deep.equal(['gen_ai.tool.name'])
  })

  it('is told in both versions, the beginning of each', async () => {
    const record = await shown(result({ 'gen_ai.tool.name': 'y'.repeat(500) }))
    expect(differencesOf(sealedRecordOf(EVENT, ORIGIN), record, [])).to.deep.equal([
      { field: 'gen_ai.tool.name', sealed: 'shell', exported: 'y'.repeat(200) },
    ])
  })
})
