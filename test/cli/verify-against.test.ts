import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect } from 'chai'
import { writeCursor } from '../../src/journal/forwarding/cursor-file.ts'
import type { Reconciliation } from '../../src/reconcile/reconciliation.ts'
import { datadogCsv, otlpFile, splunkFile } from '../reconcile/support/exports.ts'
import { mixedEvents } from '../reconcile/support/reconciled.ts'
import { attributeOf, sentCheckpoint, sentRecords } from '../reconcile/support/sent-records.ts'
import type { SentRecord } from '../reconcile/support/sent-records.ts'
import { rootOfLines, sealedFolder } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { type Finished, kansa } from './support/kansa.ts'

describe('kansa verify --against', () => {
  let root: string
  let folder: SealedFolder
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'kansa-cli-against-'))
    folder = sealedFolder({
      dir: join(root, 'audit'),
      records: mixedEvents(30),
      files: [10, 20],
      checkpoints: [10, 30],
    })
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const write = (name: string, content: string | Buffer): void => writeFileSync(join(root, name), content)
  const verify = async (...args: string[]): Promise<Finished> => await kansa(['verify', ...args], { cwd: root })
  const sent = (): SentRecord[] => sentRecords(folder.lines)
  const against = async (...args: string[]): Promise<Reconciliation> =>
    JSON.parse((await verify('--json', '--against', ...args)).stdout).against

  /** What the collector's file looks like after somebody had a hand in it. */
  const tamperedExport = (): string => {
    const records = sent().filter((_, seq) => seq !== 4 && seq !== 5)
    const [first] = records
    if (first !== undefined) attributeOf(first, 'agent_audit.tool.call.success').value = { boolValue: false }
    return otlpFile(records)
  }

  it('exits with 0 where all of the log is there, and says so', async () => {
    write('otlp.jsonl', otlpFile(sent()))
    const { code, stdout } = await verify('--against', 'otlp.jsonl')
    expect(code).to.equal(0)
    expect(stdout).to.match(/^intact [^]* against the export {2}complete\n/)
    expect(stdout).to.contain('30 sealed records, of 30 that should be')
  })

  it('exits with 1 where records are missing or altered, and says which', async () => {
    write('otlp.jsonl', tamperedExport())
    const { code, stdout } = await verify('--against', 'otlp.jsonl')
    expect(code).to.equal(1)
    expect(stdout).to.match(/^intact [^]* against the export {2}not the same\n/)
    expect(stdout).to.match(/missing +2 records\n +seq 4 to 5 {2}[0-9a-f-]{36} to [0-9a-f-]{36}\n/)
    expect(stdout).to.match(/altered +1 record\n +seq 0 {2}[0-9a-f-]{36} {2}otlp\.jsonl:1\n/)
    expect(stdout).to.contain('agent_audit.tool.call.success: "true" was sealed, "false" is there')
  })

  it('exits with 0 where records are there twice, and lists them', async () => {
    write('otlp.jsonl', otlpFile([...sent(), ...sent().slice(7, 8)]))
    const { code, stdout } = await verify('--against', 'otlp.jsonl')
    expect(code).to.equal(0)
    expect(stdout).to.match(/duplicated +1 record\n +seq 7 {2}[0-9a-f-]{36} {2}otlp\.jsonl:11\n/)
  })

  it('adds what it found to the JSON of the log', async () => {
    write('otlp.jsonl', tamperedExport())
    const { stdout } = await verify('--json', '--against', 'otlp.jsonl')
    const report = JSON.parse(stdout)
    expect(report).to.include({ status: 'intact', treeSize: 30 })
    expect(report.against).to.include({ expected: 30, found: 28, missing: 2, altered: 1, duplicated: 0 })
    expect(report.against.missingRecords).to.have.lengthOf(1)
    expect(report.against.alteredRecords[0].fields).to.deep.equal([
      { field: 'agent_audit.tool.call.success', sealed: 'true', exported: 'false' },
    ])
    expect(report.against.export.files).to.deep.equal([
      { name: 'otlp.jsonl', format: 'otlp', records: 28, unreadable: 0 },
    ])
  })

  it('takes several files, of any formats, compressed or not', async () => {
    write('a.jsonl.gz', gzipSync(otlpFile(sent().slice(0, 10))))
    write('b.json.zst', zstdCompressSync(splunkFile(sent().slice(10, 20))))
    write('c.csv', datadogCsv(sent().slice(20)))
    const found = await against('a.jsonl.gz', 'b.json.zst', '--against', 'c.csv')
    expect(found).to.include({ found: 30, missing: 0, altered: 0, duplicated: 0 })
    expect(found.export.files.map(({ format }) => format)).to.deep.equal(['otlp', 'splunk', 'datadog'])
  })

  it('judges the folder too: what was tampered with here shows no alteration there', async () => {
    write('otlp.jsonl', otlpFile(sent()))
    const path = join(folder.dir, 'audit.jsonl')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"message":"m11"', '"message":"m12"'))
    const { code, stdout } = await verify('--against', 'otlp.jsonl')
    expect(code).to.equal(1)
    expect(stdout).to.match(/^tampered [^]*altered +1 record/)
    expect(stdout).to.contain('does not show which of the two was changed')
  })

  it('exits with 4 where all is there but the folder is incomplete, with 1 where it is not', async () => {
    appendFileSync(join(folder.dir, 'audit.jsonl'), '{"id":"x"')
    write('all.jsonl', otlpFile(sent()))
    write('some.jsonl', tamperedExport())
    expect((await verify('--against', 'all.jsonl')).code).to.equal(4)
    expect((await verify('--against', 'some.jsonl')).code).to.equal(1)
  })

  it('compares each log of the folder', async () => {
    const other = sealedFolder({
      dir: join(folder.dir, 'writers/other'),
      origin: 'kansa.log/other',
      records: mixedEvents(3),
    })
    write('otlp.jsonl', otlpFile([...sent(), ...sentRecords(other.lines, other.origin).slice(1)]))
    const { code, stdout } = await verify('--json', '--against', 'otlp.jsonl')
    const reports = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).against.missing)
    expect([code, reports]).to.deep.equal([1, [0, 1]])
  })

  it("expects what the destination's filter lets through", async () => {
    write('otlp.jsonl', otlpFile(sent().filter((_, seq) => seq % 3 === 2)))
    const found = await against('otlp.jsonl', '--filter', 'types=tool,security', '--filter', 'minSeverity=warn')
    expect(found).to.include({ missing: 0, filtered: 20 })
  })

  it('expects what was logged in the time that was exported', async () => {
    write('otlp.jsonl', otlpFile(sent().slice(5, 20)))
    const found = await against('otlp.jsonl', '--since', '5', '--until', '2026-11-22T00:00:20', '--utc')
    expect(found).to.include({ missing: 0, earlier: 5, pending: 10 })
  })

  it('expects what was delivered, as the forwarder wrote it down', async () => {
    write('otlp.jsonl', otlpFile(sent().slice(0, 20)))
    const cursor = { checkpoint: 0, place: undefined, checkpointOffset: 0, source: undefined }
    const counts = { delivered: 21, rejected: 0, skipped: 0, missing: 0 }
    writeCursor(folder.dir, 'siem', { origin: folder.origin, next: 21, ...cursor, ...counts })
    expect(await against('otlp.jsonl', '--until', 'delivered')).to.include({ missing: 1, pending: 9 })
  })

  it('passes over fields that are changed on the way on purpose', async () => {
    const records = sent()
    for (const record of records) {
      record.body = { stringValue: 'masked' }
      attributeOf(record, 'agent_audit.actor.id').value = { stringValue: 'masked' }
    }
    write('otlp.jsonl', otlpFile(records))
    expect(await against('otlp.jsonl')).to.include({ altered: 30 })
    expect(await against('otlp.jsonl', '--ignore', 'body,agent_audit.actor.id')).to.include({ altered: 0 })
  })

  it('finds by an exported checkpoint that the log here is an older copy', async () => {
    const older = sealedFolder({ records: mixedEvents(40), origin: folder.origin })
    const sizes = [folder.lines.length, 40]
    const roots = [rootOfLines(folder.lines), rootOfLines(older.lines)]
    rmSync(older.dir, { recursive: true })
    write('same.jsonl', otlpFile([...sent(), ...sentCheckpoint(sizes[0] ?? 0, roots[0] ?? '')]))
    write('newer.jsonl', otlpFile([...sent(), ...sentCheckpoint(sizes[1] ?? 0, roots[1] ?? '')]))
    expect((await verify('--against', 'same.jsonl')).code).to.equal(0)
    const { code, stdout } = await verify('--against', 'newer.jsonl')
    expect(code).to.equal(1)
    expect(stdout).to.match(
      /checkpoint +of 40 records with the root \S{44}, which this log never had {2}newer\.jsonl:11/,
    )
    expect(stdout).to.contain('the log here is an older copy')
  })

  it('says whose records are not in the folder', async () => {
    write('otlp.jsonl', otlpFile([...sent(), ...sentRecords(folder.lines, 'kansa.log/elsewhere')]))
    const { code, stdout } = await verify('--against', 'otlp.jsonl')
    expect(code).to.equal(0)
    expect(stdout).to.match(/foreign +30 records of logs that are not in this folder/)
  })

  it('shows what stands in an export without letting it reach the terminal', async () => {
    const records = sent()
    if (records[0] !== undefined) records[0].body = { stringValue: '\u{1b}[2J' }
    write('otlp.jsonl', otlpFile(records))
    expect((await verify('--against', 'otlp.jsonl')).stdout).to.not.contain('\u{1b}')
  })

  for (const [name, args, code, message] of [
    ['a file that is not there', ['--against', 'none'], 3, /cannot read none/],
    ['a folder', ['--against', 'audit'], 3, /it is a folder; name the files in it/],
    ['a file that is no export', ['--against', 'audit/audit.jsonl'], 3, /no export that Kansa can read/],
    ['an export without ids', ['--against', 'bare.json'], 3, /none of the 1 exported records says which one it is/],
    ['a file that is cut off within its compression', ['--against', 'cut.gz'], 3, /cannot read cut\.gz/],
    ["the collector's compressed file", ['--against', 'framed'], 3, /without `compression`/],
    ['a filter that a destination cannot have', ['--against', 'bare.json', '--filter', 'typs=tool'], 2, /types=…\?/],
    ['a format that there is not', ['--against', 'bare.json', '--format', 'xml'], 2, /otlp, splunk, datadog/],
    ['a time that is none', ['--against', 'bare.json', '--until', 'soon'], 2, /--until: "soon" is no time/],
    ['a filter without an export', ['--filter', 'types=tool'], 2, /--filter is about an export/],
    ['a proof beside it', ['--against', 'bare.json', '--proof', 'x', '--line', 'y'], 2, /does not go with a proof/],
  ] as const) {
    it(`exits with ${code} for ${name}`, async () => {
      write('bare.json', '{"result":{"_raw":"hello"}}\n')
      write('cut.gz', gzipSync(otlpFile(sent())).subarray(0, 200))
      write('framed', Buffer.concat([Buffer.from([0, 0, 1, 0]), zstdCompressSync(otlpFile(sent()))]))
      const finished = await verify(...args)
      expect(finished.code, finished.stderr).to.equal(code)
      expect(finished.stdout).to.equal('')
      expect(finished.stderr).to.match(message)
    })
  }
})
