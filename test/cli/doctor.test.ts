import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect } from 'chai'
import { identityOfThisProcess } from '../../src/journal/process-identity.ts'
import { VERSION } from '../../src/pipeline/version.ts'
import { lineTexts, useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import { useAgents } from './support/auditing-agent.ts'
import { advice, complaints, doctor, said, stateOf } from './support/doctor.ts'
import { kansa } from './support/kansa.ts'
import { ATTACK } from './support/sample-events.ts'
import { HAS_SCRIPT, onTerminal } from './support/terminal.ts'

describe('kansa doctor', () => {
  const startAgent = useAgents()
  const newFolder = useFolders()
  const newDir = (): string => join(newFolder(), 'audit')

  it('finds nothing wrong with a folder that an agent writes to', async () => {
    const dir = newDir()
    const { pid } = await startAgent({ dir })
    const report = await doctor(dir)
    expect(complaints(report)).to.deep.equal([])
    expect([report.code, report.stderr, report.dir]).to.deep.equal([0, '', dir])
    expect(said(report, 'folder')[0]).to.match(/^ok .*audit: 1 log, 1 file, [\d.]+ KiB$/)
    expect(said(report, 'format')[0]).to.match(/^ok version 1, origin kansa\.log\/[0-9a-f-]{36}$/)
    expect(said(report, 'lock')[0]).to.match(new RegExp(`^ok written by process ${pid} on host .+, started 20.+ ago$`))
    expect(said(report, 'write test')[0]).to.match(
      /^ok wrote 100 records in .+ unchanged; a commit .+ takes [\d.]+ m?s/,
    )
  })

  it('takes a folder that is not there yet for what it is, and makes none', async () => {
    const dir = newDir()
    const report = await doctor(dir)
    expect([report.code, complaints(report)]).to.deep.equal([0, ['folder: note']])
    expect(said(report, 'folder')[0]).to.contain(`there is no ${dir} yet`)
    expect(said(report, 'access')[0]).to.match(/can make the folder$/)
    expect(() => stateOf(dir)).to.throw('ENOENT')
  })

  it('changes nothing in the folder', async () => {
    const dir = newDir()
    await (await startAgent({ dir, maxFileBytes: 2000 })).kill()
    writeFileSync(join(dir, 'audit.jsonl'), '{"torn', { flag: 'a' })
    const before = stateOf(dir)
    await doctor(dir)
    await kansa(['doctor', '--dir', dir])
    expect(stateOf(dir)).to.deep.equal(before)
  })

  it('tells its own versions and those of OpenTelemetry', async () => {
    const { versions } = await doctor(newDir())
    expect(versions).to.include({ kansa: VERSION, format: 1, node: process.version })
    const names =
      'api core exporter-logs-otlp-http instrumentation otlp-exporter-base otlp-transformer resources sdk-logs'
    const installed = names.split(' ').map(name => {
      const path = new URL(`../../node_modules/@opentelemetry/${name}/package.json`, import.meta.url)
      return [`@opentelemetry/${name}`, JSON.parse(readFileSync(path, 'utf8')).version]
    })
    expect(versions['opentelemetry']).to.deep.equal(Object.fromEntries(installed))
  })

  describe('says who holds the lock', () => {
    const lockedBy = (other: object): string => {
      const dir = newDir()
      mkdirSync(dir)
      writeFiles(dir, { lock: JSON.stringify({ ...identityOfThisProcess('other'), ...other }) })
      return dir
    }

    it('when nobody does', async () => {
      const dir = newDir()
      await (await startAgent({ dir })).stop()
      expect(said(await doctor(dir), 'lock')).to.deep.equal(['ok nobody writes'])
    })

    it('when its process was killed: the next agent takes it over', async () => {
      const dir = newDir()
      const agent = await startAgent({ dir })
      await agent.kill()
      const report = await doctor(dir)
      expect(said(report, 'lock')[0]).to.match(new RegExp(`^note left by process ${agent.pid} .*; it is gone, .*takes`))
      expect(report.code).to.equal(0)
    })

    it('when it is in another container or on another host: what to do', async () => {
      for (const other of [{ pidNamespace: 'pid:[1]' }, { host: 'elsewhere', bootId: 'other', machineId: 'other' }]) {
        const dir = lockedBy(other)
        const report = await doctor(dir)
        expect(said(report, 'lock')[0]).to.match(/^warning held by process \d+ on host .* cannot be seen from here$/)
        expect(advice(report, 'lock')).to.match(/that host or in that container\..* delete .*lock\.$/)
        expect(report.code).to.equal(0)
      }
    })

    it('when the lock file is torn', async () => {
      const dir = lockedBy({ pid: -1 })
      expect(said(await doctor(dir), 'lock')[0]).to.match(/^warning held by a process that the unreadable lock file/)
    })

    it('for every log in the folder; the closed and the dead are counted', async () => {
      const dir = newDir()
      const options = { dir, onLocked: 'own-folder' }
      await startAgent(options)
      const [alive, closed, dead] = [await startAgent(options), await startAgent(options), await startAgent(options)]
      await closed.stop()
      await dead.kill()
      const report = await doctor(dir)
      expect(said(report, 'folder')[0]).to.contain('4 logs, 4 files')
      const [writer, ...others] = report.checks.filter(({ name }) => /^lock of writers\/[0-9a-f-]{36}$/.test(name))
      expect(others).to.deep.equal([])
      expect(writer?.found).to.match(new RegExp(`^written by process ${alive.pid} on`))
      expect(said(report, 'writers')).to.deep.equal(['ok 1 log closed, 1 left by processes that died'])
    })
  })

  describe('exits with 3 and says what to do', () => {
    it('for a folder that Kansa does not use: a link, a file', async () => {
      const dir = newFolder()
      writeFiles(dir, { file: '' })
      symlinkSync(newFolder(), join(dir, 'link'))
      for (const [name, words] of [
        ['link', /symbolic link.*real path/],
        ['file', /no folder.*Choose another/],
      ] as const) {
        const report = await doctor(join(dir, name))
        expect(said(report, 'folder')[0]).to.match(/^problem cannot use /)
        expect(said(report, 'folder')[0]).to.match(words)
        expect([report.code, report.stderr]).to.deep.equal([3, 'kansa: there is a problem\n'])
      }
    })

    it('for the log of a newer Kansa, also of a further writer', async () => {
      const dir = newDir()
      for (const log of [dir, join(dir, 'writers/w')]) {
        mkdirSync(join(log, 'seal'), { recursive: true, mode: 0o700 })
        writeFiles(log, { 'audit.jsonl': lineTexts(0, 1), 'seal/format': '{"format":2,"origin":"x"}\n' })
        const report = await doctor(dir)
        const name = log === dir ? 'format' : 'format of writers/w'
        expect(said(report, name)[0]).to.match(/^problem .*format version 2.*Update Kansa/)
        expect(report.code).to.equal(3)
      }
    })

    it('for a folder or a log that this user cannot read', async () => {
      const dir = newFolder()
      writeFiles(dir, { 'audit.jsonl': lineTexts(0, 1) })
      // Root may read everything, so the command runs as nobody.
      const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {}
      if (nobody.uid !== undefined) {
        const report = await doctor(dir, nobody)
        expect(said(report, 'folder')[0]).to.match(/^problem cannot use .*belongs to|EACCES/)
        expect(report.code).to.equal(3)
      }
      chmodSync(join(dir, 'audit.jsonl'), 0)
      chmodSync(dir, 0o755)
      const report = await doctor(dir, nobody)
      expect(said(report, 'records')[0]).to.match(/^problem cannot read .*audit\.jsonl: EACCES/)
      expect(report.code).to.equal(3)
    })
  })

  it('notes what else is in the folder, and what was set aside after crashes', async () => {
    const dir = newDir()
    mkdirSync(dir)
    writeFiles(dir, { 'package.json': '{}', 'audit.jsonl': lineTexts(0, 1) })
    const strange = await doctor(dir)
    expect(said(strange, 'folder')[1]).to.match(/^note there are other things in it/)
    await (await startAgent({ dir })).kill()
    writeFileSync(join(dir, 'audit.jsonl'), '{"torn', { flag: 'a' })
    await startAgent({ dir })
    expect(said(await doctor(dir), 'folder').join(' ')).to.match(/note 1 file with bytes .*audit\.jsonl\.corrupt-/)
  })

  describe('for people', () => {
    it('says a line for each check, then the options, without colour in a pipe', async () => {
      const dir = newDir()
      await startAgent({ dir })
      const { code, stdout, stderr } = await kansa(['doctor', '--utc', '--dir', dir])
      expect([code, stderr]).to.deep.equal([0, ''])
      const [checks = '', options = ''] = stdout.split('\n\n')
      for (const line of checks.split('\n')) expect(line).to.match(/^(ok|note|warning|problem) +[a-z ]+: \P{Cc}+$/u)
      expect(checks).to.match(
        /^ok {6}clock: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(UTC; time zone UTC\); the newest record is/m,
      )
      expect(options).to.match(/^option +here +source +last writer, .*\n/)
      expect(options).to.match(/^maxFileBytes +104857600 +default$/m)
    })

    it('shows local time unless it is asked for UTC', async () => {
      const { stdout } = await kansa(['doctor', '--dir', newDir()], { env: { TZ: 'Asia/Kolkata' } })
      expect(stdout).to.match(/clock: .*\(local time, UTC\+05:30; time zone Asia\/(Kolkata|Calcutta)\)/)
    })

    it('lets nothing hostile through from the lock, the log or the path', async function () {
      if (!HAS_SCRIPT) {
        console.log('skipped: there is no `script` to make a terminal')
        this.skip()
      }
      const dir = join(newFolder(), 'evil\u001b[2J\u202e')
      mkdirSync(join(dir, 'seal'), { recursive: true })
      const context = { options: JSON.stringify({ [`evil${ATTACK}`]: { value: ATTACK, source: 'code' } }), pid: ATTACK }
      const data = { category: 'AuditStarted', source: 'kansa', context }
      const event = { id: 'x', timestamp: ATTACK, actor_id: 'kansa', event_type: { type: 'Security', data } }
      const other = { host: ATTACK, startedAt: ATTACK, pidNamespace: 'other' }
      writeFiles(dir, {
        lock: JSON.stringify({ ...identityOfThisProcess('other'), ...other }),
        'seal/format': JSON.stringify({ format: 1, origin: ATTACK }),
        'audit.jsonl': `${JSON.stringify(event)}\n${JSON.stringify({ ...event, timestamp: '2026-11-22T10:00:00Z' })}\n`,
      })
      const plain = await kansa(['doctor', '--dir', dir])
      for (const shown of [
        plain.stdout,
        onTerminal(['doctor', '--dir', dir], { NO_COLOR: '1' }),
        onTerminal(['doctor', '--json', '--dir', dir], {}),
      ]) {
        expect(shown).to.contain('evil')
        expect(shown.replaceAll('\n', '')).to.not.match(/[\p{Cc}\u202e\u200b]/u)
      }
      const coloured = onTerminal(['doctor', '--dir', dir], {})
      expect(coloured).to.match(/^\u001b\[32mok {6}\u001b\[39m/m)
      expect(stripVTControlCharacters(coloured).replaceAll('\n', '')).to.not.match(/[\p{Cc}\u202e\u200b]/u)
    })
  })
})
