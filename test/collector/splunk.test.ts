// What Splunk gets, at a real HTTP Event Collector endpoint.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { AuditEvent } from '../../src/index.ts'
import { severityOf } from '../../src/events/severity.ts'
import { summaryOf } from '../../src/events/summary.ts'
import { journalLines, logRun } from './support/audited-folder.ts'
import { CollectorProcess, MAIN_CONFIG, killCollectors, needsCollector, until } from './support/collector.ts'
import { exportedIds, exportedRecords } from './support/exported-records.ts'
import type { ExportedRecord } from './support/exported-records.ts'

const TOKEN = '11111111-2222-3333-4444-555555555555'
const STAND_IN = join(import.meta.dirname, 'stand-ins/splunk.yaml')

describe('Splunk', () => {
  let folder: string
  let splunk: CollectorProcess
  let file: string

  before(needsCollector)
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kansa-collector-'))
    mkdirSync(join(folder, 'splunk'))
    file = join(folder, 'splunk/state/splunk.jsonl')
    const variables = { STAND_IN_TOKEN: TOKEN }
    splunk = await CollectorProcess.start({ configs: [STAND_IN], folder: join(folder, 'splunk'), variables })
  })
  afterEach(async () => {
    await killCollectors()
    rmSync(folder, { recursive: true, force: true })
  })

  async function startCollector(token: string): Promise<CollectorProcess> {
    const variables = { SPLUNK_HEC_TOKEN: token, SPLUNK_HEC_URL: `${splunk.endpoint}/services/collector` }
    return CollectorProcess.start({
      configs: [MAIN_CONFIG],
      folder,
      variables: { ...variables, SPLUNK_INDEX: 'audit' },
    })
  }

  it('gets each record as an event: its time, its sentence, its fields', async () => {
    const collector = await startCollector(TOKEN)
    const dir = join(folder, 'audit')
    await logRun(dir, { url: collector.logsUrl })
    const lines = journalLines(dir)
    await until(
      () => `${lines.size} events: ${collector.log}`,
      () => exportedIds(file).length >= lines.size,
    )
    await collector.stop()

    const events = exportedRecords(file).filter(event => 'log.record.uid' in event.attributes)
    expect(events.map(idOf).toSorted()).to.deep.equal([...lines.keys()].toSorted())
    for (const event of events) expectEvent(event, lines.get(idOf(event))!)
    const tool = events.find(event => event.attributes['otel.event.name'] === 'agent_audit.tool.call')
    expect(tool?.body).to.equal('tool shell succeeded in 150 ms')
    expect(tool?.attributes).to.deep.include({
      'gen_ai.tool.name': 'shell',
      'agent_audit.tool.call.duration_ms': { double: 150 },
      'agent_audit.tool.call.success': true,
      // Maps are flat there.
      'agent_audit.labels.team': 'payments',
      'agent_audit.on_behalf_of': ['alice', 'planner'],
      'service.name': 'reviewer',
    })
  })

  it('is seen to refuse a wrong token, and the records stay in the other outputs', async () => {
    const collector = await startCollector('wrong')
    const dir = join(folder, 'audit')
    await logRun(dir, { url: collector.logsUrl })
    const lines = journalLines(dir)
    const failed = (): Promise<number> => collector.metric('otelcol_exporter_send_failed_log_records', 'splunk_hec')
    await until(
      () => `refused records: ${collector.log}`,
      async () => (await failed()) >= lines.size,
    )
    expect(collector.log).to.match(/401/)
    expect(exportedIds(join(folder, 'state/audit-otlp.jsonl'))).to.have.lengthOf(lines.size)
    expect(exportedIds(file)).to.deep.equal([])
  })
})

function idOf(event: ExportedRecord): string {
  return String(event.attributes['log.record.uid'])
}

function expectEvent(event: ExportedRecord, line: AuditEvent): void {
  const { text, number } = severityOf(line)
  expect(event.body).to.equal(summaryOf(line))
  // Splunk's time has milliseconds.
  expect(Math.round(Number(event.timeUnixNano) / 1e6)).to.equal(Date.parse(line.timestamp))
  expect(event.attributes).to.deep.include({
    'agent_audit.actor.id': line.actor_id,
    severity_text: text,
    severity_number: { double: number },
    'agent_audit.log.index': { double: line.seq },
    'agent_audit.log.origin': 'collector-suite',
  })
  expect(event.attributes['trace_id']).to.equal(line.trace_id)
  expect(event.attributes['span_id']).to.equal(line.span_id)
  expect({ ...event.resource, ...event.attributes }).to.include({
    'com.splunk.source': 'kansa',
    'com.splunk.sourcetype': 'kansa:audit',
    'com.splunk.index': 'audit',
  })
}
