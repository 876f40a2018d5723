import { chmodSync, chownSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { canMount, withTmpfs } from '../faults/support/tmpfs.ts'
import { lineText, lineTexts, useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import { useAgents } from './support/auditing-agent.ts'
import { advice, doctor, said } from './support/doctor.ts'
import { eventually, Running } from './support/kansa.ts'

/** `--import` for a command whose program behaves differently in one place. */
function preloaded(program: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program)}` }
}

/** A disk whose fdatasync does something else. */
function withFdatasync(body: string): Record<string, string> {
  const fake = `fs.fdatasync = (fd, done) => { ${body} }; fs.fdatasyncSync = () => { throw new Error('EIO: fake') }`
  return preloaded(
    `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module'; ${fake}; syncBuiltinESMExports()`,
  )
}

describe('kansa doctor and the surroundings', () => {
  const startAgent = useAgents()
  const newFolder = useFolders()

  describe('warns', () => {
    const closedLog = async (): Promise<string> => {
      const dir = join(newFolder(), 'audit')
      await (await startAgent({ dir })).stop()
      return dir
    }

    it('of a folder and files that others can read, naming them', async () => {
      const dir = await closedLog()
      chmodSync(dir, 0o755)
      for (const name of ['audit.jsonl', 'seal/format']) chmodSync(join(dir, name), 0o644)
      const report = await doctor(dir)
      const words = 'open to other users: the folder (0755), audit.jsonl (0644), seal/format (0644)'
      expect(said(report, 'permissions')).to.deep.equal([`warning ${words}`])
      expect(advice(report, 'permissions')).to.contain('chmod -R go-rwx').and.contain('fileMode')
      expect(report.code).to.equal(0)
    })

    it('of links in the folder', async () => {
      const dir = await closedLog()
      symlinkSync('/dev/null', join(dir, 'audit.jsonl.1'))
      expect(said(await doctor(dir), 'permissions')[0]).to.match(/^warning audit\.jsonl\.1: symbolic link/)
    })

    it('of files of several users, and of a folder that this one cannot write', async function () {
      if (process.getuid?.() !== 0) {
        console.log('skipped: only root can give files away')
        this.skip()
      }
      const dir = await closedLog()
      chownSync(join(dir, 'seal/format'), 65_534, 65_534)
      const report = await doctor(dir)
      expect(said(report, 'permissions')[0]).to.match(/^warning seal\/format: of another user than 0/)
      expect(advice(report, 'permissions')).to.match(/chown -R/)
      chmodSync(dir, 0o755)
      chmodSync(join(dir, '..'), 0o755)
      const nobody = await doctor(dir, { uid: 65_534 })
      expect(said(nobody, 'access')[0]).to.match(/^problem cannot use .*EACCES.*write permission/)
      expect(nobody.code).to.equal(3)
    })

    it('of a clock that stands before the newest record', async () => {
      const dir = newFolder()
      const timestamp = new Date(Date.now() + 7_300_000).toISOString()
      writeFiles(dir, { 'audit.jsonl': `${lineTexts(0, 3)}${lineText(4, { timestamp })}\n` })
      const report = await doctor(dir)
      expect(said(report, 'clock')[0]).to.match(
        /^warning .*newest record is from 2 h 1 min later: was the clock set back/,
      )
      expect(advice(report, 'clock')).to.match(/^Set the clock/)
      expect(report.code).to.equal(0)
    })

    it('not of a time that a caller gave: Kansa’s own clock counts', async () => {
      const dir = newFolder()
      const fields = { timestamp: '2099-01-01T00:00:00.000Z', observed_timestamp: '2026-01-01T00:00:00.000Z' }
      writeFiles(dir, { 'audit.jsonl': `${lineText(4, fields)}\n` })
      expect(said(await doctor(dir), 'clock')[0]).to.match(/^ok .*; the newest record is \d+ days old$/)
    })

    it('of too little room for what the log may still grow to', async () => {
      const report = await doctor(newFolder(), { env: { KANSA_MAX_FILE_BYTES: String(2 ** 52) } })
      expect(said(report, 'disk space')[0]).to.match(/^warning .* free \(\d+ %.*; the log may still grow by 44 PiB$/)
      expect(advice(report, 'disk space')).to.contain('maxBackups')
      expect(report.code).to.equal(0)
    })

    it('of too little room for the backups that a destination may lack', async () => {
      const size = { KANSA_MAX_FILE_BYTES: '1000000', KANSA_MAX_BACKUPS: '1' }
      const small = await doctor(newFolder(), { env: size })
      expect(said(small, 'disk space')[0]).to.match(/; the log may still grow by 1\.9 MiB$/)
      const backups = { ...size, KANSA_MAX_UNDELIVERED_BACKUPS: '1000000' }
      expect(said(await doctor(newFolder(), { env: backups }), 'disk space')[0]).to.match(/grow by 1\.9 MiB$/)
      const env = { ...backups, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }
      const report = await doctor(newFolder(), { env })
      expect(said(report, 'disk space')[0]).to.match(
        /^warning .*grow by 1\.9 MiB, and while a destination does not keep up by 931 GiB \(maxUndeliveredBackups\)$/,
      )
      expect(advice(report, 'disk space')).to.contain('maxUndeliveredBackups')
    })

    it('of the backups that the destination of the last writer may lack', async () => {
      const dir = join(newFolder(), 'audit')
      const otlp = { url: 'http://127.0.0.1:1' }
      const limits = { maxFileBytes: 1_000_000, maxBackups: 1, maxUndeliveredBackups: 3 }
      await (await startAgent({ dir, otlp, ...limits })).stop()
      expect(said(await doctor(dir), 'disk space')[0]).to.match(
        / by 1\.9 MiB, .* by 4\.\d MiB \(maxUndeliveredBackups\)$/,
      )
    })

    it('of a disk on which agents warn, with the limits at which they do', async () => {
      const env = { KANSA_MIN_FREE_BYTES: String(2 ** 52), KANSA_MIN_FREE_PERCENT: '1.5' }
      const report = await doctor(newFolder(), { env })
      expect(said(report, 'disk space')[0]).to.match(
        /^warning .*; agents warn below a fifth of 4 PiB \(minFreeBytes\) or 1\.5 % \(minFreePercent\)$/,
      )
      expect(report.code).to.equal(0)
    })
  })

  it('exits with 3 when the clock was never set', async () => {
    const report = await doctor(newFolder(), { env: preloaded('Date.now = () => 86_400_000') })
    expect(said(report, 'clock')[0]).to.match(/^problem 1970-01-02 00:00:00 .*cannot be$/)
    expect(report.code).to.equal(3)
  })

  it('exits with 3 when the disk is full, says that it is in memory, and tries out writing elsewhere', async function () {
    if (!canMount()) this.skip()
    await withTmpfs('size=512k', async folder => {
      const dir = join(folder, 'audit')
      mkdirSync(dir, 0o700)
      writeFileSync(join(dir, 'audit.jsonl'), lineTexts(0, 9))
      const elsewhere = newFolder()
      const report = await doctor(dir, { env: { TMPDIR: elsewhere } })
      expect(said(report, 'disk space')[0]).to.match(/^problem \d+ KiB free/)
      expect(said(report, 'file system')[0]).to.match(/^note tmpfs: in memory/)
      expect(said(report, 'write test')[0]).to.match(/^ok wrote 100 records in .*kansa-tmpfs-/)
      expect(report.code).to.equal(3)
      expect([readdirSync(folder), readdirSync(elsewhere)]).to.deep.equal([['audit'], []])
    })
  })

  it('tries out writing on the folder’s own disk where it can, and says where it cannot', async function () {
    if (!canMount()) this.skip()
    await withTmpfs('size=4m', async folder => {
      const elsewhere = newFolder()
      // The mount point itself is the audit folder: what is beside it is on another disk.
      chmodSync(folder, 0o700)
      const report = await doctor(folder, { env: { TMPDIR: elsewhere } })
      expect(said(report, 'write test')[0]).to.match(/^note wrote 100 records in .*, which is on another disk/)
      expect([readdirSync(folder), readdirSync(elsewhere)]).to.deep.equal([[], []])
    })
  })

  describe('leaves no scratch folder behind', () => {
    it('when all went well', async () => {
      const temporary = newFolder()
      const report = await doctor(newFolder(), { env: { TMPDIR: temporary } })
      expect(said(report, 'write test')[0])
        .to.match(/^ok wrote/)
        .and.contain(temporary)
      expect(readdirSync(temporary)).to.deep.equal([])
    })

    it('when the disk fails, which is a problem', async () => {
      const temporary = newFolder()
      const fails = withFdatasync(`setImmediate(done, new Error('EIO: fake'))`)
      const report = await doctor(newFolder(), { env: { TMPDIR: temporary, ...fails } })
      expect(said(report, 'write test')[0]).to.match(/^problem in .*: .*EIO: fake/)
      expect(report.code).to.equal(3)
      expect(readdirSync(temporary)).to.deep.equal([])
    })

    it('when the disk is slow, which is a warning', async () => {
      const temporary = newFolder()
      const slow = withFdatasync('setTimeout(done, globalThis.wasSlow ? 0 : 1100, null); globalThis.wasSlow = true')
      const report = await doctor(newFolder(), { env: { TMPDIR: temporary, ...slow } })
      expect(said(report, 'write test')[0]).to.match(/^warning wrote 100 records .* at most 1\.\d s$/)
      expect(readdirSync(temporary)).to.deep.equal([])
    })

    it('when it is interrupted while the disk hangs', async () => {
      const temporary = newFolder()
      const hangs = withFdatasync('setInterval(() => {}, 1000)')
      const running = new Running(['doctor', '--dir', newFolder()], { env: { TMPDIR: temporary, ...hangs } })
      await eventually(
        () => readdirSync(temporary).length > 0 && readdirSync(temporary, { recursive: true }).length > 5,
        () => running.stderr,
      )
      await running.stop()
      expect(running.child.signalCode).to.equal('SIGINT')
      expect(readdirSync(temporary)).to.deep.equal([])
    })

    it('when no such folder can be made, which is said', async () => {
      const nowhere = join(newFolder(), 'nowhere')
      const dir = join(newFolder(), 'audit')
      const report = await doctor(dir, { env: { TMPDIR: nowhere } })
      // Then beside the audit folder.
      expect(said(report, 'write test')[0]).to.match(/^ok wrote 100 records in .*kansa-reader-/)
    })
  })
})
