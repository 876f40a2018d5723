// Every configuration that is shipped, as the collector itself reads it.
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { withMapping } from '../../scripts/collector-mapping.ts'
import { MAIN_CONFIG, ROOT, needsCollector, validate } from './support/collector.ts'
import { Certificates } from './support/certificates.ts'

const SPLUNK = {
  SPLUNK_HEC_TOKEN: '00000000-0000-0000-0000-000000000000',
  SPLUNK_HEC_URL: 'https://splunk.example:8088',
}
const DATADOG = { DD_API_KEY: '0123456789', DD_SITE: 'datadoghq.eu' }

/** How they are meant to be started: files that are laid over each other. */
const STARTS: Readonly<Record<string, readonly string[]>> = {
  'otel-collector.yaml': ['otel-collector.yaml'],
  'examples/collector/to-file.yaml': ['examples/collector/to-file.yaml'],
  'examples/collector/from-files.yaml': ['otel-collector.yaml', 'examples/collector/from-files.yaml'],
  'examples/collector/beside-agent.yaml': ['examples/collector/beside-agent.yaml'],
  'examples/collector/gateway.yaml': ['otel-collector.yaml', 'examples/collector/gateway.yaml'],
}

describe('the shipped configurations', () => {
  let folder: string
  let certificates: Certificates
  before(needsCollector)
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kansa-collector-'))
    certificates = new Certificates(folder)
  })
  after(() => rmSync(folder ?? '', { recursive: true, force: true }))

  for (const [name, files] of Object.entries(STARTS)) {
    const configs = files.map(file => join(ROOT, file))
    for (const [what, back] of Object.entries({
      'without variables': {},
      'with Splunk and Datadog': { ...SPLUNK, ...DATADOG },
    })) {
      it(`are valid: ${name}, ${what}`, async () => {
        const variables = { ...back, KANSA_TLS_DIR: certificates.folder }
        expect(await validate({ configs, variables, folder })).to.deep.include({ code: 0 })
      })
    }
  }

  it('are refused when they name what the collector does not know', async () => {
    const broken = 'yaml:exporters::splunk_hec::tokens: none'
    const { code, output } = await validate({ configs: [MAIN_CONFIG, broken], folder })
    expect(code).to.not.equal(0)
    expect(output).to.include('tokens')
  })
})

describe('the configuration files', () => {
  it('are all known to this test', () => {
    const files = ['otel-collector.yaml', ...globSync('examples/collector/*.yaml', { cwd: ROOT })]
    expect(files.toSorted()).to.deep.equal(Object.keys(STARTS).toSorted())
  })

  it('have the mapping of journal lines that follows from the field table', () => {
    const page = readFileSync(join(ROOT, 'examples/collector/from-files.yaml'), 'utf8')
    expect(withMapping(page)).to.equal(page)
  })

  it('read all variables that they name, and name all that they read', () => {
    for (const name of Object.keys(STARTS)) {
      const text = readFileSync(join(ROOT, name), 'utf8')
      const named = [...text.matchAll(/^# {3}((?:KANSA|SPLUNK|DD|OTEL)_\w+)(?:, ([A-Z_]+))? {2}/gm)].flatMap(
        ([, first, second]) => (second === undefined ? [first] : [first, second]),
      )
      const read = new Set([...text.matchAll(/\$\{env:(\w+)/g)].map(([, variable]) => variable))
      expect([...read], name).to.include.members(named)
    }
  })
})
