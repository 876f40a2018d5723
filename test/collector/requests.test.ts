// What the collector does with a request, by what is switched on.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { CollectorProcess, MAIN_CONFIG, killCollectors, needsCollector, until } from './support/collector.ts'
import { exportedRecords } from './support/exported-records.ts'

const MEBIBYTE = 1024 * 1024

describe('a request to the collector', () => {
  let folder: string
  before(needsCollector)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kansa-collector-'))
  })
  afterEach(async () => {
    await killCollectors()
    rmSync(folder, { recursive: true, force: true })
  })

  function start(variables: Readonly<Record<string, string>> = {}): Promise<CollectorProcess> {
    return CollectorProcess.start({ configs: [MAIN_CONFIG], folder, variables })
  }

  async function send(collector: CollectorProcess, text: string): Promise<number> {
    const logRecords = [{ body: { stringValue: text } }]
    const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
    const headers = { 'content-type': 'application/json' }
    return (await fetch(collector.logsUrl, { method: 'POST', headers, body })).status
  }

  function bodies(): unknown[] {
    return exportedRecords(join(folder, 'state/audit-otlp.jsonl')).map(record => record.body)
  }

  it('goes to the file', async () => {
    expect(await send(await start(), 'hello')).to.equal(200)
    expect(bodies()).to.deep.equal(['hello'])
  })

  it('goes to the file also where that is off and nothing else is on', async () => {
    expect(await send(await start({ KANSA_COLLECTOR_FILE: 'off' }), 'hello')).to.equal(200)
    expect(bodies()).to.deep.equal(['hello'])
  })

  it('goes to Splunk only, where the file is off; a port where nobody listens costs no record', async () => {
    const nobody = 'http://127.0.0.1:9/services/collector'
    const collector = await start({ KANSA_COLLECTOR_FILE: 'off', SPLUNK_HEC_TOKEN: 'token', SPLUNK_HEC_URL: nobody })
    expect(await send(collector, 'hello')).to.equal(200)
    await until('a refused connection', () => /connection refused/.test(collector.log))
    expect(collector.log).to.not.include('Dropping data')
    expect(await collector.metric('otelcol_exporter_send_failed_log_records')).to.equal(0)
    expect(bodies()).to.deep.equal([])
  })

  it('may have 64 MiB, and no more', async () => {
    const collector = await start()
    expect(await send(collector, 'x'.repeat(63 * MEBIBYTE))).to.equal(200)
    expect(await send(collector, 'x'.repeat(64 * MEBIBYTE))).to.equal(400)
    expect(bodies()).to.have.lengthOf(1)
  })
})
