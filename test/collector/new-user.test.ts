// docs/collector.md and examples/collector/README.md, followed to the letter by somebody who is new.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { blocksOf, proseOf } from '../docs/support/pages.ts'
import { deliverRest, journalLines } from './support/audited-folder.ts'
import { CollectorProcess, MAIN_CONFIG, ROOT, killCollectors, needsCollector, until } from './support/collector.ts'
import { exportedIds } from './support/exported-records.ts'

const PAGE = 'docs/collector.md'
const EXAMPLES = 'examples/collector/README.md'
const run = promisify(execFile)

describe('a new user', () => {
  let folder: string
  before(needsCollector)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kansa-collector-'))
    symlinkSync(join(folder, 'state'), join(folder, 'collector'))
  })
  afterEach(async () => {
    await killCollectors()
    rmSync(folder, { recursive: true, force: true })
  })

  /** The commands of a page that begin with a word. */
  function commands(page: string, word: string): string[] {
    return blocksOf(page, 'sh').flatMap(block => block.split('\n').filter(line => line.startsWith(`${word} `)))
  }

  async function ship(config: string): Promise<number> {
    const collector = await CollectorProcess.start({ configs: [config], folder })
    const dir = join(folder, 'audit')
    const env = { ...process.env, KANSA_DIR: dir, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint }
    await run(process.execPath, [join(ROOT, 'examples/agent-runtime/main.ts'), '--short'], { cwd: folder, env })
    await deliverRest(dir, { url: collector.logsUrl })
    const { size } = journalLines(dir)
    const file = join(folder, 'state/audit-otlp.jsonl')
    await until(
      () => `${size} records, of ${exportedIds(file).length}`,
      () => exportedIds(file).length >= size,
    )
    return size
  }

  it('sees what the example did, with the smallest collector', async () => {
    const size = await ship(join(ROOT, 'examples/collector/to-file.yaml'))
    const [look = ''] = commands(EXAMPLES, 'jq')
    const { stdout } = await run('sh', ['-c', look], { cwd: folder })
    expect(stdout).to.match(/^INFO\tagent_audit\.agent\.execution\tagent .* started/m)
    expect(stdout.match(/\tagent_audit\.(?!log\.)/g)).to.have.lengthOf(size)
  })

  it('sees what the example did, with the one for production, and counts each record once', async () => {
    const size = await ship(MAIN_CONFIG)
    const [look = '', count = ''] = commands(PAGE, 'jq')
    const { stdout } = await run('sh', ['-c', look], { cwd: folder })
    expect(stdout.match(/\tagent_audit\.(?!log\.)/g)).to.have.lengthOf(size)
    expect((await run('sh', ['-c', count], { cwd: folder })).stdout).to.equal(`${size}\n`)
  })

  it('ships from code', async () => {
    const collector = await CollectorProcess.start({ configs: [MAIN_CONFIG], folder })
    const [code = ''] = blocksOf(PAGE, 'js')
    const program = code
      .replace("'kansa'", JSON.stringify(join(ROOT, 'src/index.ts')))
      .replace('http://127.0.0.1:4318', collector.endpoint)
    writeFileSync(join(folder, 'program.mts'), program)
    await run(process.execPath, ['program.mts'], { cwd: folder })
    await deliverRest(join(folder, 'audit'), { url: collector.logsUrl })
    const file = join(folder, 'state/audit-otlp.jsonl')
    await until('AuditStarted and AuditStopped', () => exportedIds(file).length === 2)
  })

  it('finds the metrics that the page says to watch', async () => {
    const collector = await CollectorProcess.start({ configs: [MAIN_CONFIG], folder })
    const named = [...proseOf(PAGE).matchAll(/`(otelcol_(?:exporter_queue|receiver_accepted)_\w+)`/g)].map(
      ([, name = '']) => name,
    )
    expect(named).to.have.length.above(2)
    await fetch(collector.logsUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"hello"}}]}]}]}',
    })
    for (const name of named) {
      await until(name, async () => (await collector.metricNames()).includes(name))
    }
  })

  it('finds every variable of the main configuration in the table, and no other', () => {
    const inTable = [...proseOf(PAGE).matchAll(/^\| (`[A-Z][^|]*) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    )
    const read = new Set([...readFileSync(MAIN_CONFIG, 'utf8').matchAll(/\$\{env:(\w+)/g)].map(([, name]) => name))
    expect(inTable.toSorted()).to.deep.equal([...read].toSorted())
  })
})
