// What comes out of the collector is what stands in the journal, whichever way it went in.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TraceFlags } from '@opentelemetry/api'
import { expect } from 'chai'
import { severityOf } from '../../src/events/severity.ts'
import { summaryOf } from '../../src/events/summary.ts'
import { fromLogRecord } from '../../src/index.ts'
import type { AuditEvent } from '../../src/index.ts'
import { journalLines, logSamples } from './support/audited-folder.ts'
import { CollectorProcess, MAIN_CONFIG, ROOT, killCollectors, needsCollector, until } from './support/collector.ts'
import { exportedIds, exportedRecords, plainNumbers } from './support/exported-records.ts'
import type { ExportedRecord } from './support/exported-records.ts'

const SAMPLES = 400
const NANOS_PER_SECOND = 1_000_000_000n

describe('the records in the file of the collector', () => {
  let folder: string
  let dir: string
  let lines: Map<string, AuditEvent>
  let overOtlp: ExportedRecord[]
  let fromFiles: ExportedRecord[]
  let quiet: number[]

  before(needsCollector)
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kansa-collector-'))
    dir = join(folder, 'audit')
    const collector = await CollectorProcess.start({ configs: [MAIN_CONFIG], folder })
    await logSamples(dir, { url: collector.logsUrl }, SAMPLES)
    lines = journalLines(dir)
    overOtlp = await arrived(collector)
    quiet = [
      await collector.metric('otelcol_exporter_sent_log_records', 'splunk_hec'),
      await collector.metric('otelcol_exporter_send_failed_log_records'),
      await collector.metric('otelcol_exporter_queue_size'),
    ]
    await collector.stop()

    const reading = join(ROOT, 'examples/collector/from-files.yaml')
    const variables = { KANSA_DIR: dir, KANSA_COLLECTOR_DIR: join(folder, 'second') }
    const reader = await CollectorProcess.start({ configs: [MAIN_CONFIG, reading], folder, variables })
    fromFiles = await arrived(reader, 'second')
    await reader.stop()
    expect(reader.log).to.not.match(/\terror\t/)
  })
  after(async () => {
    await killCollectors()
    rmSync(folder ?? '', { recursive: true, force: true })
  })

  async function arrived(collector: CollectorProcess, state = 'state'): Promise<ExportedRecord[]> {
    const file = join(folder, state, 'audit-otlp.jsonl')
    await until(
      () => `${lines.size} records: ${collector.log}`,
      () => new Set(exportedIds(file)).size >= lines.size,
    )
    return exportedRecords(file)
  }

  it('cover every kind', () => {
    const kinds = new Set([...lines.values()].map(line => line.event_type.type))
    expect([...kinds].toSorted()).to.deep.equal(['AgentExecution', 'ApiCall', 'Security', 'TokenUsage', 'ToolCall'])
  })

  it('are those of the journal, each once, over OTLP', () => {
    expect(idsOf(overOtlp).toSorted()).to.deep.equal([...lines.keys()].toSorted())
  })

  it('are those of the journal, each once, from its files', () => {
    expect(idsOf(fromFiles).toSorted()).to.deep.equal([...lines.keys()].toSorted())
  })

  it('give back each line, field by field', () => {
    for (const record of auditRecords(overOtlp)) {
      const line = lines.get(String(record.attributes['log.record.uid']))
      expect(fromLogRecord(readable(record))).to.deep.equal(line)
    }
  })

  it('have the event name, a sentence, the severity and the times', () => {
    for (const record of auditRecords(overOtlp)) {
      const line = lines.get(String(record.attributes['log.record.uid']))!
      const severity = severityOf(line)
      expect(record.eventName).to.equal(record.attributes['otel.event.name'])
      expect(record.body).to.equal(summaryOf(line))
      expect([record.severityNumber, record.severityText]).to.deep.equal([severity.number, severity.text])
      expect(record.timeUnixNano).to.equal(nanosOf(line.timestamp))
      expect(record.observedTimeUnixNano).to.equal(nanosOf(line.observed_timestamp ?? line.timestamp))
    }
  })

  it('have place in the log, its origin and the resource', () => {
    for (const { attributes, resource, scope } of auditRecords(overOtlp)) {
      expect(attributes['agent_audit.log.origin']).to.equal('collector-suite')
      expect(resource).to.include.keys('service.name', 'telemetry.sdk.name')
      expect(scope).to.equal('kansa')
    }
    const checkpoints = overOtlp.filter(record => record.eventName === 'agent_audit.log.checkpoint')
    expect(checkpoints).to.not.deep.equal([])
    expect(checkpoints.at(-1)?.attributes).to.deep.include({
      'agent_audit.log.origin': 'collector-suite',
      'agent_audit.log.tree_size': { int: String(lines.size) },
    })
  })

  it('are the same from files as over OTLP, but for resource, scope and origin', () => {
    const sent = new Map(
      auditRecords(overOtlp).map(record => [record.attributes['log.record.uid'], comparable(record)]),
    )
    for (const record of fromFiles) {
      expect(comparable(record)).to.deep.equal(sent.get(record.attributes['log.record.uid']))
    }
  })

  it('went nowhere else: a back end without variables gets nothing and refuses nothing', () => {
    expect(quiet).to.deep.equal([0, 0, 0])
  })
})

function auditRecords(records: readonly ExportedRecord[]): ExportedRecord[] {
  return records.filter(record => record.eventName !== 'agent_audit.log.checkpoint')
}

function idsOf(records: readonly ExportedRecord[]): string[] {
  return auditRecords(records).map(record => String(record.attributes['log.record.uid']))
}

/** Without what the files do not have. */
function comparable(record: ExportedRecord): object {
  const { 'agent_audit.log.origin': _, ...attributes } = record.attributes
  return { ...record, attributes, resource: {}, scope: '' }
}

/** As the SDK would hand it to a reader. */
function readable(record: ExportedRecord): Parameters<typeof fromLogRecord>[0] {
  const { eventName, timeUnixNano, traceId, spanId, flags, attributes } = record
  const nanos = BigInt(timeUnixNano)
  const hrTime: [number, number] = [Number(nanos / NANOS_PER_SECOND), Number(nanos % NANOS_PER_SECOND)]
  const { 'agent_audit.log.origin': _, ...own } = attributes
  const spanContext = traceId === '' ? undefined : { traceId, spanId, traceFlags: flags || TraceFlags.NONE }
  return { eventName, hrTime, spanContext, attributes: plainNumbers(own) }
}

function nanosOf(time: string): string {
  return String(BigInt(Date.parse(time)) * 1_000_000n)
}
