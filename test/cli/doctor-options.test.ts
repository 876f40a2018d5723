import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { useFolders } from '../journal/reader/support/test-lines.ts'
import { useAgents } from './support/auditing-agent.ts'
import { advice, complaints, doctor, type DoctorReport, type ReportedOption, said } from './support/doctor.ts'
import { kansa } from './support/kansa.ts'

describe('kansa doctor and the options', () => {
  const startAgent = useAgents()
  const newFolder = useFolders()

  const option = (report: DoctorReport, name: string): ReportedOption | undefined =>
    report.options.find(option => option.name === name)
  const configure = (content: string): string => {
    const path = join(newFolder(), 'kansa.json')
    writeFileSync(path, content)
    return path
  }

  it('says of each where it comes from: environment, file, default', async () => {
    const dir = join(newFolder(), 'audit')
    const path = configure('{ "maxBackups": 3, "fileMode": "640", "maxFileBytes": 1 }')
    const env = { KANSA_CONFIG: path, KANSA_MAX_FILE_BYTES: '4096', KANSA_DIR: dir, KANSA_ORIGIN: '' }
    const report = await doctor(dir, { env })
    expect(option(report, 'maxFileBytes')).to.deep.equal({
      name: 'maxFileBytes',
      value: 4096,
      source: 'environment',
      variable: 'KANSA_MAX_FILE_BYTES',
    })
    expect(option(report, 'fileMode')).to.deep.equal({ name: 'fileMode', value: '0640', source: 'file', path })
    expect(option(report, 'dirMode')).to.deep.equal({ name: 'dirMode', value: '0700', source: 'default' })
    expect(option(report, 'origin')).to.deep.equal({ name: 'origin', source: 'default' })
    expect(said(report, 'options')[0]).to.match(/^ok 4 options given/)
    const { stdout } = await kansa(['doctor', '--dir', dir], { env })
    expect(stdout).to.match(/^maxFileBytes +4096 +environment \(KANSA_MAX_FILE_BYTES\)$/m)
    expect(stdout).to.match(new RegExp(`^maxBackups +3 +file \\(${path}\\)$`, 'm'))
    expect(stdout).to.match(/^maxQueueBytes +67108864 +default$/m)
  })

  it('names a wrong value and an unknown option, and goes on', async () => {
    const dir = join(newFolder(), 'audit')
    const path = configure('{ "maxBackups": -1, "maxFileByte": 1 }')
    const env = { KANSA_CONFIG: path, KANSA_ON_LOCKED: 'wait', KANSA_DIR: dir }
    const report = await doctor(dir, { env })
    expect(said(report, 'options')).to.have.length(3)
    const words = said(report, 'options').join('\n')
    expect(words).to.match(/^problem KANSA_ON_LOCKED must be .* not "wait"$/m)
    expect(words).to.match(/^problem `maxBackups` in the configuration file must be .* not -1$/m)
    expect(words).to.match(/^problem unknown option `maxFileByte` in the configuration file; known are .*maxFileBytes/m)
    expect(advice(report, 'options')).to.contain('No agent starts')
    expect([report.code, report.stderr]).to.deep.equal([3, 'kansa: there are 3 problems\n'])
    expect(said(report, 'write test')[0]).to.match(/^ok /)
  })

  it('names a configuration file that is missing, no JSON or no object', async () => {
    const missing = join(newFolder(), 'missing.json')
    for (const [path, words] of [
      [missing, /^problem KANSA_CONFIG: .*missing\.json is no readable JSON file: ENOENT/],
      [configure('{'), /^problem KANSA_CONFIG: .*kansa\.json is no readable JSON file/],
      [configure('[]'), /^problem the configuration file must be an object$/],
    ] as const) {
      const report = await doctor(join(newFolder(), 'audit'), { env: { KANSA_CONFIG: path } })
      expect(said(report, 'options')[0]).to.match(words)
      expect(report.code).to.equal(3)
    }
  })

  it('names keys and certificates that cannot be read: no agent starts without them', async () => {
    const endpoint = { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://127.0.0.1:9/v1/logs' }
    for (const env of [
      { KANSA_SIGNING_KEY_FILE: '/nowhere/key' },
      { KANSA_REDACTION_KEY_FILE: '/nowhere/key' },
      { ...endpoint, OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere/key' },
    ]) {
      const report = await doctor(join(newFolder(), 'audit'), { env })
      expect(said(report, 'options')[0]).to.match(/^problem .*cannot read \/nowhere\/key: ENOENT/)
      expect(report.code).to.equal(3)
    }
    const report = await doctor(join(newFolder(), 'audit'), { env: { KANSA_SIGNING_KEY: 'no-key' } })
    expect(said(report, 'options')).to.deep.equal([
      'problem the signing key: line 1: a signing key begins with PRIVATE+KEY+',
    ])
  })

  it('warns of variables that are no option, with the nearest', async () => {
    const report = await doctor(join(newFolder(), 'audit'), {
      env: { KANSA_MAX_FILEBYTES: '1000', KANSA_MODEL_HOSTS: 'llm.example', KANSA_ORIGN: '' },
    })
    expect(said(report, 'options')).to.deep.equal([
      'warning KANSA_MAX_FILEBYTES has no effect: there is no such option',
    ])
    expect(advice(report, 'options')).to.equal('Did you mean KANSA_MAX_FILE_BYTES?')
    expect(report.code).to.equal(0)
  })

  it('shows no secrets: where records are shipped is said, not shown', async () => {
    const dir = join(newFolder(), 'audit')
    const secret = 'https://user:s3cret@127.0.0.1/'
    for (const variable of ['KANSA_OTLP', 'OTEL_EXPORTER_OTLP_ENDPOINT']) {
      const env = { [variable]: secret, OTEL_EXPORTER_OTLP_HEADERS: 'api-key=s3cret' }
      const report = await doctor(dir, { env })
      expect(option(report, 'otlp')).to.deep.equal({ name: 'otlp', source: 'environment', variable })
      expect(JSON.stringify(report)).to.not.contain('s3cret')
      const { stdout } = await kansa(['doctor', '--dir', dir], { env })
      expect(stdout).to.match(new RegExp(`^otlp +\\(not shown\\) +environment \\(${variable}\\)$`, 'm'))
      expect(stdout).to.not.contain('s3cret')
    }
  })

  it('notes that agents of this shell write elsewhere, unless the folder was named', async () => {
    const cwd = newFolder()
    const env = { KANSA_CONFIG: configure('{ "dir": "/var/lib/agent/audit" }') }
    const { code, stdout } = await kansa(['doctor'], { cwd, env })
    expect(stdout).to.match(/^note +options: .* writes to \/var\/lib\/agent\/audit, not to .*audit$/m)
    expect((await kansa(['doctor'], { cwd, env: { KANSA_DIR: 'false' } })).stdout).to.match(
      /writes to no folder at all/,
    )
    expect((await kansa(['doctor', '--dir', 'audit'], { cwd, env })).stdout).to.not.contain('not to')
    expect(code).to.equal(0)
  })

  describe('of the last writer', () => {
    it('says that they are those in force here', async () => {
      const dir = join(newFolder(), 'audit')
      const env = { KANSA_MAX_BACKUPS: '7' }
      const { pid } = await startAgent({ dir }, env)
      const report = await doctor(dir, { env })
      expect(complaints(report)).to.deep.equal([])
      expect(said(report, 'last writer')[0]).to.match(new RegExp(`^ok process ${pid} with kansa .* in force here$`))
      const recorded = report.last_writer?.options ?? []
      expect(recorded).to.deep.include({ name: 'dir', value: dir, source: 'code' })
      const variable = 'KANSA_MAX_BACKUPS'
      expect(recorded).to.deep.include({ name: 'maxBackups', value: 7, source: 'environment', variable })
    })

    it('names those that only its code gave, whoever wrote before', async () => {
      const dir = join(newFolder(), 'audit')
      await (await startAgent({ dir, maxFileBytes: 1_000_000 })).stop()
      const options = { dir, maxFileBytes: 5000, fileMode: '0640', otlp: { url: 'http://127.0.0.1:1/?key=s3cret' } }
      await startAgent(options)
      const report = await doctor(dir)
      const words =
        /^note process .* with other options: maxFileBytes 5000 \(code\), fileMode 0640 \(code\), otlp \(code\)$/
      expect(said(report, 'last writer')[0]).to.match(words)
      expect(JSON.stringify(report)).to.not.contain('s3cret')
      const { stdout } = await kansa(['doctor', '--dir', dir])
      expect(stdout).to.match(/^maxFileBytes +104857600 +default +5000, code$/m)
      expect(stdout).to.match(/^otlp +- +default +\(not shown\), code$/m)
      // The mode is what that writer wants, so it is nothing to warn about.
      expect(said(report, 'permissions')[0]).to.match(/^ok/)
    })

    it('names those that are given here and were not there', async () => {
      const dir = join(newFolder(), 'audit')
      await startAgent({ dir })
      const report = await doctor(dir, { env: { KANSA_ORIGIN: 'here', KANSA_OTLP: 'http://127.0.0.1:1/' } })
      expect(said(report, 'last writer')[0]).to.match(/ with other options: origin \(default\), otlp \(default\)$/)
    })

    it('are found through rotations, behind many later records', async () => {
      const dir = join(newFolder(), 'audit')
      const agent = await startAgent({ dir, maxFileBytes: 4096, maxBackups: 30 })
      await agent.stop()
      const line = '{"id":"x","timestamp":"2026-11-22T10:00:00.000Z","event_type":{"type":"ToolCall","data":{}}}\n'
      writeFileSync(join(dir, 'audit.jsonl'), line.repeat(100_000), { flag: 'a' })
      expect((await doctor(dir)).last_writer?.options).to.deep.include({
        name: 'maxBackups',
        value: 30,
        source: 'code',
      })
    })

    it('are not looked for beyond the last 64 MiB, and that is said', async () => {
      const dir = join(newFolder(), 'audit')
      await (await startAgent({ dir })).stop()
      const data = { tool_name: 'shell', output_preview: 'x'.repeat(60_000) }
      const event = { id: 'x', timestamp: '2026-11-22T10:00:00.000Z', event_type: { type: 'ToolCall', data } }
      writeFileSync(join(dir, 'audit.jsonl'), `${JSON.stringify(event)}\n`.repeat(1200), { flag: 'a' })
      const report = await doctor(dir)
      expect(said(report, 'last writer')).to.deep.equal(['note the last 64 MiB of its log do not say who it is'])
      expect(report).to.not.have.property('last_writer')
    })

    it('are unknown where an older Kansa wrote', async () => {
      const dir = newFolder()
      const data = { category: 'AuditStarted', source: 'kansa', context: { kansa_version: '0.0.9', pid: '7' } }
      const event = { id: 'x', timestamp: '2026-11-22T10:00:00.000Z', event_type: { type: 'Security', data } }
      writeFileSync(join(dir, 'audit.jsonl'), `${JSON.stringify(event)}\n`)
      expect(said(await doctor(dir), 'last writer')[0]).to.match(/^note process 7 with kansa 0\.0\.9 .* does not say/)
    })
  })
})
