// A collector beside the agent and the gateway of the fleet, with certificates on both sides.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { journalLines, logRun } from './support/audited-folder.ts'
import { Certificates } from './support/certificates.ts'
import { CollectorProcess, MAIN_CONFIG, ROOT, killCollectors, needsCollector, until } from './support/collector.ts'
import { exportedIds } from './support/exported-records.ts'

const GATEWAY = [MAIN_CONFIG, join(ROOT, 'examples/collector/gateway.yaml')]
const BESIDE = [join(ROOT, 'examples/collector/beside-agent.yaml')]

describe('two tiers', () => {
  let folder: string
  let dir: string
  let certificates: Certificates
  let gateway: CollectorProcess

  before(needsCollector)
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kansa-collector-'))
    dir = join(folder, 'audit')
    for (const name of ['gateway', 'beside']) mkdirSync(join(folder, name))
    certificates = new Certificates(folder)
    gateway = await CollectorProcess.start({
      configs: GATEWAY,
      folder: join(folder, 'gateway'),
      variables: { KANSA_TLS_DIR: certificates.folder },
    })
  })
  afterEach(async () => {
    await killCollectors()
    rmSync(folder, { recursive: true, force: true })
  })

  function startBeside(tls: Certificates): Promise<CollectorProcess> {
    const variables = { KANSA_GATEWAY: gateway.endpoint.replace('http:', 'https:'), KANSA_TLS_DIR: tls.folder }
    return CollectorProcess.start({ configs: BESIDE, folder: join(folder, 'beside'), variables })
  }

  function arrived(): string[] {
    return exportedIds(join(folder, 'gateway/state/audit-otlp.jsonl'))
  }

  it('pass every record on', async () => {
    const beside = await startBeside(certificates)
    await logRun(dir, { url: beside.logsUrl })
    const lines = journalLines(dir)
    await until(
      () => `${lines.size} records: ${beside.log}`,
      () => arrived().length >= lines.size,
    )
    expect(arrived().toSorted()).to.deep.equal([...lines.keys()].toSorted())
  })

  it('keep the records of a host whose certificate is refused, and pass them on once it is right', async () => {
    const stranger = new Certificates(folder, 'stranger')
    const beside = await startBeside(stranger)
    await logRun(dir, { url: beside.logsUrl })
    await until('a refused certificate', () => /certificate/.test(beside.log))
    await beside.stop()
    expect(arrived()).to.deep.equal([])
    const mended = await startBeside(certificates)
    const lines = journalLines(dir)
    await until(
      () => `${lines.size} records: ${mended.log}`,
      () => arrived().length >= lines.size,
    )
  })
})
