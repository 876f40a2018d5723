// Nothing is lost whoever is away or killed: every id arrives, and what comes twice has the same id.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect } from 'chai'
import { createAuditLogger } from '../../src/index.ts'
import type { AuditLogger } from '../../src/index.ts'
import { ArrivingIds } from './support/arriving-ids.ts'
import { journalLines, shutdownDelivered } from './support/audited-folder.ts'
import { CollectorProcess, MAIN_CONFIG, ROOT, killCollectors, needsCollector, until } from './support/collector.ts'
import { exportedRecords } from './support/exported-records.ts'

const RECORDS = 100_000
const AWAY_MILLIS = 20_000
const ARRIVAL_MILLIS = 240_000
const FROM_FILES = join(ROOT, 'examples/collector/from-files.yaml')
const SPLUNK = join(import.meta.dirname, 'stand-ins/splunk.yaml')
/** Some requests of Kansa's, and far less than is logged. */
const QUEUE_BYTES = 4_000_000
const TOKEN = 'a-token'

describe('outages', function () {
  this.timeout(400_000)
  let folder: string
  let dir: string

  before(needsCollector)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kansa-collector-'))
    dir = join(folder, 'audit')
  })
  afterEach(async () => {
    await killCollectors()
    rmSync(folder, { recursive: true, force: true })
  })

  function startSplunk(): Promise<CollectorProcess> {
    mkdirSync(join(folder, 'splunk'))
    const variables = { STAND_IN_TOKEN: TOKEN }
    return CollectorProcess.start({ configs: [SPLUNK], folder: join(folder, 'splunk'), variables })
  }

  /** One that passes on to `splunk`, and keeps a file. */
  function startCollector(splunk: CollectorProcess, more: readonly string[] = []): Promise<CollectorProcess> {
    const variables = { SPLUNK_HEC_TOKEN: TOKEN, SPLUNK_HEC_URL: `${splunk.endpoint}/services/collector` }
    return CollectorProcess.start({ configs: [MAIN_CONFIG, ...more], folder, variables })
  }

  it(`of the collector, killed and away in the middle of ${RECORDS} records: all arrive`, async () => {
    const collector = await CollectorProcess.start({ configs: [MAIN_CONFIG], folder })
    const arrived = new ArrivingIds(join(folder, 'state'))
    const logger = createAuditLogger({ dir, otlp: { url: collector.logsUrl }, flushIntervalMillis: 500 })
    const logging = logMany(logger, RECORDS)
    await until('the first records', () => arrived.look() > RECORDS / 20)
    await collector.kill()
    await logging
    expect(arrived.look()).to.be.below(RECORDS)
    await sleep(AWAY_MILLIS)
    await collector.start()
    // Killed once more while it catches up.
    const before = arrived.look()
    await until('more records', () => arrived.look() > before, ARRIVAL_MILLIS)
    await collector.kill()
    await collector.start()
    await logger.flush()
    const { size } = journalLines(dir)
    expect(size).to.be.greaterThan(RECORDS)
    await until(
      () => `${size} records, of ${arrived.counts.size}`,
      () => arrived.look() >= size,
      ARRIVAL_MILLIS,
    )
    await logger.shutdown()

    console.log(`      ${arrived.duplicates} of ${size} records came twice`)
    expectSameWhereTwice(join(folder, 'state/audit-otlp.jsonl'), journalLines(dir))
  })

  it('of Splunk, while the collector is killed: its queue keeps everything', async () => {
    const splunk = await startSplunk()
    await splunk.stop()
    const collector = await startCollector(splunk)
    const inFile = new ArrivingIds(join(folder, 'state'))
    const logger = createAuditLogger({ dir, otlp: { url: collector.logsUrl }, flushIntervalMillis: 500 })
    await logMany(logger, RECORDS / 10)
    await shutdownDelivered(logger, dir, { url: collector.logsUrl })
    const { size } = journalLines(dir)
    await until(
      () => `${size} taken records, of ${inFile.counts.size}`,
      () => inFile.look() >= size,
    )
    await collector.kill()
    await collector.start()
    await splunk.start()

    const arrived = new ArrivingIds(join(folder, 'splunk/state'))
    await until(
      () => `${size} events, of ${arrived.counts.size}`,
      () => arrived.look() >= size,
      ARRIVAL_MILLIS,
    )
    expect([...arrived.counts.keys()].toSorted()).to.deep.equal([...journalLines(dir).keys()].toSorted())
    await until('an empty queue', async () => (await collector.metric('otelcol_exporter_queue_size')) === 0)
  })

  it('of Splunk, until the queue is full: the agent waits with the rest', async () => {
    const splunk = await startSplunk()
    await splunk.stop()
    const queue = `yaml:exporters::splunk_hec::sending_queue::queue_size: ${QUEUE_BYTES}`
    const collector = await startCollector(splunk, [queue])
    const logger = createAuditLogger({ dir, otlp: { url: collector.logsUrl }, flushIntervalMillis: 500 })
    await logMany(logger, RECORDS / 20, 'x'.repeat((4 * QUEUE_BYTES * 20) / RECORDS))
    await logger.flush()
    const fill = async (): Promise<number> => collector.metric('otelcol_exporter_queue_size', 'splunk_hec')
    await until('a full queue', async () => (await fill()) > QUEUE_BYTES / 2)
    await sleep(AWAY_MILLIS / 4)
    expect(await fill()).to.be.at.most(QUEUE_BYTES)
    await splunk.start()

    const arrived = new ArrivingIds(join(folder, 'splunk/state'))
    const { size } = journalLines(dir)
    await until(
      () => `${size} events, of ${arrived.counts.size}`,
      () => arrived.look() >= size,
      ARRIVAL_MILLIS,
    )
    await logger.shutdown()
    expect(collector.log).to.not.include('Dropping data')
  })

  it('of a collector that reads the files, while they are rotated: all arrive', async () => {
    const variables = { KANSA_DIR: dir }
    const collector = await CollectorProcess.start({ configs: [MAIN_CONFIG, FROM_FILES], folder, variables })
    const arrived = new ArrivingIds(join(folder, 'state'))
    const logger = createAuditLogger({ dir, maxFileBytes: 1_000_000, maxBackups: 100 })
    await logMany(logger, RECORDS / 20)
    await until('the first records', () => arrived.look() > 0)
    await collector.kill()
    await logMany(logger, RECORDS / 20)
    await logger.shutdown()
    await collector.start()
    const { size } = journalLines(dir)
    await until(
      () => `${size} records, of ${arrived.counts.size}`,
      () => arrived.look() >= size,
      ARRIVAL_MILLIS,
    )
    expectSameWhereTwice(join(folder, 'state/audit-otlp.jsonl'), journalLines(dir))
  })
})

/** In turns, as agents do. */
async function logMany(logger: AuditLogger, count: number, parameters = '{}'): Promise<void> {
  for (let logged = 0; logged < count; logged += 100) {
    for (let call = 0; call < 100; call++)
      logger.logToolCall({ toolName: 'shell', durationMs: logged + call, parameters })
    await new Promise(resolve => setImmediate(resolve))
  }
}

function sleep(millis: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, millis))
}

/** The records of the file are those of the journal; more than one with an id are the same record. */
function expectSameWhereTwice(file: string, lines: ReadonlyMap<string, unknown>): void {
  const byId = new Map<string, object>()
  for (const record of exportedRecords(file)) {
    const id = record.attributes['log.record.uid']
    if (typeof id !== 'string') continue
    const earlier = byId.get(id) ?? record
    expect(isDeepStrictEqual(earlier, record), `${id}, twice`).to.be.true
    byId.set(id, earlier)
  }
  expect([...byId.keys()].toSorted()).to.deep.equal([...lines.keys()].toSorted())
}
