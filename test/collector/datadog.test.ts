// What Datadog gets, at a real OTLP endpoint behind https that checks the API key.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { journalLines, logRun, logSamples } from './support/audited-folder.ts'
import { Certificates } from './support/certificates.ts'
import { CollectorProcess, MAIN_CONFIG, killCollectors, needsCollector, until } from './support/collector.ts'
import { exportedIds, exportedRecords } from './support/exported-records.ts'

const KEY = '0123456789abcdef0123456789abcdef'
const STAND_IN = join(import.meta.dirname, 'stand-ins/datadog.yaml')

describe('Datadog', () => {
  let folder: string
  let datadog: CollectorProcess
  let certificates: Certificates
  let file: string

  before(needsCollector)
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kansa-collector-'))
    mkdirSync(join(folder, 'datadog'))
    certificates = new Certificates(folder)
    file = join(folder, 'datadog/state/datadog.jsonl')
    const variables = { STAND_IN_TOKEN: KEY, KANSA_TLS_DIR: certificates.folder }
    datadog = await CollectorProcess.start({ configs: [STAND_IN], folder: join(folder, 'datadog'), variables })
  })
  afterEach(async () => {
    await killCollectors()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Only the address and the authority differ from what is shipped. */
  async function startCollector(variables: Readonly<Record<string, string>>): Promise<CollectorProcess> {
    const endpoint = datadog.logsUrl.replace('http:', 'https:')
    const place = [
      `yaml:exporters::otlp_http/datadog::logs_endpoint: ${endpoint}`,
      `yaml:exporters::otlp_http/datadog::tls::ca_file: ${certificates.path('ca.pem')}`,
    ]
    return CollectorProcess.start({ configs: [MAIN_CONFIG, ...place], folder, variables })
  }

  it('gets each record as the file has it, bit by bit', async () => {
    const collector = await startCollector({ DD_API_KEY: KEY, DD_SITE: 'datadoghq.eu' })
    const dir = join(folder, 'audit')
    await logSamples(dir, { url: collector.logsUrl }, 200)
    const { size } = journalLines(dir)
    await until(
      () => `${size} records: ${collector.log}`,
      () => exportedIds(file).length >= size,
    )
    await collector.stop()
    const byId = (path: string): Map<unknown, object> =>
      new Map(exportedRecords(path).map(record => [record.attributes['log.record.uid'] ?? record.body, record]))
    expect(byId(file)).to.deep.equal(byId(join(folder, 'state/audit-otlp.jsonl')))
  })

  it('is seen to refuse a wrong key, and the records stay in the other outputs', async () => {
    const collector = await startCollector({ DD_API_KEY: 'wrong', DD_SITE: 'datadoghq.eu' })
    const dir = join(folder, 'audit')
    await logRun(dir, { url: collector.logsUrl })
    const { size } = journalLines(dir)
    const failed = (): Promise<number> =>
      collector.metric('otelcol_exporter_send_failed_log_records', 'otlp_http/datadog')
    await until(
      () => `refused records: ${collector.log}`,
      async () => (await failed()) >= size,
    )
    expect(collector.log).to.match(/401/)
    expect(exportedIds(join(folder, 'state/audit-otlp.jsonl'))).to.have.lengthOf(size)
    expect(exportedIds(file)).to.deep.equal([])
  })

  it('is tried for ever where its certificate is not trusted: nothing is dropped', async () => {
    const stranger = new Certificates(folder, 'stranger')
    const variables = { DD_API_KEY: KEY, DD_SITE: 'datadoghq.eu' }
    const endpoint = `yaml:exporters::otlp_http/datadog::logs_endpoint: ${datadog.logsUrl.replace('http:', 'https:')}`
    const authority = `yaml:exporters::otlp_http/datadog::tls::ca_file: ${stranger.path('ca.pem')}`
    const collector = await CollectorProcess.start({ configs: [MAIN_CONFIG, endpoint, authority], folder, variables })
    await logRun(join(folder, 'audit'), { url: collector.logsUrl })
    await until(
      () => `a refused certificate: ${collector.log}`,
      () => /unknown authority/.test(collector.log),
    )
    expect(await collector.metric('otelcol_exporter_send_failed_log_records')).to.equal(0)
  })
})
