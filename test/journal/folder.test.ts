import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { KansaError } from '../../src/errors.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { appendAll, type TestLog, useTestLogs } from './support/test-logs.ts'

const PRIVATE_FILES = ['audit.jsonl', 'audit.jsonl.1', 'keys/signing.key', 'seal/format', 'seal/kansa.vkey'].concat(
  'seal/checkpoint',
  'seal/checkpoints',
)
const PROGRAM = join(import.meta.dirname, 'programs', 'open-journal.ts')

describe('the audit folder', () => {
  const newLog = useTestLogs()

  for (const umask of [0o000, 0o022, 0o077, 0o777]) {
    it(`and its files are private with umask ${umask.toString(8).padStart(3, '0')}`, async () => {
      const log = newLog()
      await withUmask(umask, async () => {
        const journal = log.open({ maxFileBytes: 19 })
        appendAll(journal, 'a', 'b')
        await journal.close()
      })
      expect(modeOf(log.dir)).to.equal(0o700)
      for (const name of filesAndFoldersIn(log.dir)) {
        const isFolder = statSync(log.path(name)).isDirectory()
        expect(modeOf(log.path(name)), name).to.equal(isFolder ? 0o700 : 0o600)
      }
      expect(filesAndFoldersIn(log.dir)).to.include.members([...PRIVATE_FILES, 'seal/tile/0/000.p/2'])
    })
  }

  it('gets other modes where the options say so', async () => {
    const log = newLog()
    const journal = log.open({ fileMode: 0o640, dirMode: 0o750, maxFileBytes: 19 })
    appendAll(journal, 'a', 'b')
    await journal.close()
    expect(modeOf(log.dir)).to.equal(0o750)
    expect(modeOf(log.path('audit.jsonl'))).to.equal(0o640)
    expect(modeOf(log.path('audit.jsonl.1'))).to.equal(0o640)
    for (const folder of ['seal', 'seal/tile/0', 'keys']) expect(modeOf(log.path(folder)), folder).to.equal(0o750)
    for (const file of ['format', 'checkpoint', 'checkpoints', 'kansa.vkey', 'tile/0/000.p/2']) {
      expect(modeOf(log.path(`seal/${file}`)), file).to.equal(0o640)
    }
    // Who may read the log may not sign for it.
    expect(modeOf(log.path('keys/signing.key'))).to.equal(0o600)
  })

  it('is made private when it was there before, unless other things live in it', async () => {
    const log = newLog()
    mkdirSync(log.dir, 0o755)
    writeFileSync(log.path('audit.jsonl'), '', { mode: 0o644 })
    await log.open().close()
    expect(modeOf(log.dir)).to.equal(0o700)
    expect(modeOf(log.path('audit.jsonl'))).to.equal(0o600)

    const shared = newLog()
    mkdirSync(shared.dir, 0o755)
    chmodSync(shared.dir, 0o755)
    writeFileSync(shared.path('README'), 'not ours')
    const journal = shared.open()
    appendAll(journal, 'a')
    await journal.commit()
    expect(modeOf(shared.dir)).to.equal(0o755)
    expect(modeOf(shared.path('audit.jsonl'))).to.equal(0o600)
    expect(shared.names()).to.not.include('.gitignore')
    expect(shared.notice('mode-not-applicable')).to.include({ path: shared.dir, wanted: 0o700, actual: 0o755 })
  })

  it('is ignored by git, and a .gitignore that is there stays', async () => {
    const log = newLog()
    await log.open().close()
    expect(log.text('.gitignore')).to.equal('*\n')
    writeFileSync(log.path('.gitignore'), '# mine\n')
    await log.open().close()
    expect(log.text('.gitignore')).to.equal('# mine\n')
  })

  it('is made with its parents, whose modes stay usual', () => {
    const log = newLog()
    log.open({ dir: join(log.parent, 'some', 'where', 'audit') })
    expect(modeOf(join(log.parent, 'some', 'where', 'audit'))).to.equal(0o700)
    expect(modeOf(join(log.parent, 'some'))).to.not.equal(0o700)
  })

  it('cannot be a file', () => {
    const log = newLog()
    writeFileSync(log.dir, '')
    expectRefusal(() => log.open(), 'KANSA_DIR_UNUSABLE', log.dir, 'no folder')
    expectRefusal(() => log.open({ dir: join(log.dir, 'below') }), 'KANSA_DIR_UNUSABLE', log.dir)
  })

  it('that cannot be written is refused with the path, the reason and what to do', function () {
    if (!canChangeUser()) this.skip()
    const folder = mkdtempSync(join(tmpdir(), 'kansa-unprivileged-'))
    try {
      const { message, code } = openAsNobody(join(folder, 'audit'))
      expect(code).to.equal('KANSA_DIR_UNUSABLE')
      expect(message).to.include(join(folder, 'audit')).and.include('EACCES').and.include('another `dir`')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('that belongs to another user is refused, and so is a file of another user in it', function () {
    if (!canChangeUser()) this.skip()
    const folder = mkdtempSync(join(tmpdir(), 'kansa-unprivileged-'))
    try {
      chmodSync(folder, 0o777)
      const theirs = join(folder, 'theirs')
      mkdirSync(theirs)
      chmodSync(theirs, 0o777)
      chownSync(theirs, 1234, 1234)
      expect(openAsNobody(theirs).message).to.include('belongs to user 1234')

      const ours = join(folder, 'ours')
      mkdirSync(ours)
      chownSync(ours, 65_534, 65_534)
      writeFileSync(join(ours, 'audit.jsonl'), '')
      chmodSync(join(ours, 'audit.jsonl'), 0o666)
      chownSync(join(ours, 'audit.jsonl'), 1234, 1234)
      expect(openAsNobody(ours).message).to.include('audit.jsonl').and.include('belongs to user 1234')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('a symbolic link put in the way', () => {
  const newLog = useTestLogs()

  /** The log may not be opened, and the file the link points at may not be touched. */
  function expectNotFollowed(log: TestLog, name: string): void {
    const victim = join(log.parent, 'victim')
    writeFileSync(victim, '{"id":"victim"}\n')
    symlinkSync(victim, log.path(name))
    expectRefusal(() => log.open(), 'KANSA_DIR_UNUSABLE', log.path(name), 'symbolic link')
    expect(readFileSync(victim, 'utf8')).to.equal('{"id":"victim"}\n')
  }

  const seal = ['format', 'checkpoint', 'checkpoints', 'kansa.vkey'].map(name => `seal/${name}`)
  for (const name of ['audit.jsonl', 'lock', 'audit.jsonl.1', 'keys/signing.key', ...seal]) {
    it(`as ${name} is refused and not followed`, () => {
      const log = newLog()
      mkdirSync(dirname(log.path(name)), { recursive: true })
      expectNotFollowed(log, name)
    })
  }

  it('as a backup is no obstacle while the active file tells where the log ends', async () => {
    const log = newLog()
    const journal = log.open()
    appendAll(journal, 'a')
    await journal.close()
    const victim = join(log.parent, 'victim')
    writeFileSync(victim, '{"torn')
    symlinkSync(victim, log.path('audit.jsonl.1'))
    expect(log.open().opening.nextSeq).to.equal(1)
    expect(readFileSync(victim, 'utf8')).to.equal('{"torn')
  })

  it('as the folder itself is refused', () => {
    const log = newLog()
    mkdirSync(join(log.parent, 'elsewhere'))
    symlinkSync(join(log.parent, 'elsewhere'), log.dir)
    expectRefusal(() => log.open(), 'KANSA_DIR_UNUSABLE', log.dir, 'symbolic link')
    expect(existsSync(join(log.parent, 'elsewhere', 'audit.jsonl'))).to.equal(false)
  })

  it('as the seal folder is refused', () => {
    const log = newLog()
    mkdirSync(log.dir)
    mkdirSync(join(log.parent, 'elsewhere'))
    symlinkSync(join(log.parent, 'elsewhere'), log.path('seal'))
    expectRefusal(() => log.open(), 'KANSA_DIR_UNUSABLE', log.path('seal'), 'symbolic link')
  })

  it('as audit.jsonl.new is moved away, not followed, by a rotation', async () => {
    const log = newLog()
    const journal = log.open({ maxFileBytes: 19 })
    const victim = join(log.parent, 'victim')
    writeFileSync(victim, 'untouched')
    symlinkSync(victim, log.path('audit.jsonl.new'))
    appendAll(journal, '0', '1')
    await journal.commit()
    expect(log.ids()).to.deep.equal(['0', '1'])
    expect(readFileSync(victim, 'utf8')).to.equal('untouched')
  })

  it('or a FIFO or a folder does not make the start hang', () => {
    const log = newLog()
    mkdirSync(log.dir)
    execFileSync('mkfifo', [log.path('audit.jsonl')])
    expectRefusal(() => log.open(), 'KANSA_DIR_UNUSABLE', log.path('audit.jsonl'), 'no regular file')
    rmSync(log.path('audit.jsonl'))
    execFileSync('mkfifo', [log.path('lock')])
    expectRefusal(() => log.open(), 'KANSA_DIR_UNUSABLE', log.path('lock'), 'no regular file')
    rmSync(log.path('lock'))
    mkdirSync(log.path('audit.jsonl'))
    expectRefusal(() => log.open(), 'KANSA_DIR_UNUSABLE', log.path('audit.jsonl'))
  })

  it('leaves the folder unlocked after a refusal', async () => {
    const log = newLog()
    mkdirSync(log.dir)
    symlinkSync('/nowhere', log.path('audit.jsonl'))
    expect(() => log.open()).to.throw(KansaError)
    rmSync(log.path('audit.jsonl'))
    const journal = log.open()
    appendAll(journal, 'a')
    await journal.close()
    expect(log.names()).to.deep.equal(['.gitignore', 'audit.jsonl', 'keys', 'seal'])
    linkSync(log.path('audit.jsonl'), join(log.parent, 'snapshot'))
    expect(log.open().opening.nextSeq).to.equal(1)
  })
})

function expectRefusal(open: () => Journal, code: string, ...words: string[]): void {
  let thrown: unknown
  try {
    open()
  } catch (error) {
    thrown = error
  }
  expect(thrown).to.be.instanceOf(KansaError).with.property('code', code)
  for (const word of words) expect(String(thrown)).to.include(word)
}

function filesAndFoldersIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}

async function withUmask(umask: number, use: () => Promise<void>): Promise<void> {
  const before = process.umask(umask)
  try {
    await use()
  } finally {
    process.umask(before)
  }
}

function canChangeUser(): boolean {
  if (process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0) return true
  console.log('needs root and setpriv, to run as another user')
  return false
}

function openAsNobody(dir: string): { message: string; code: string } {
  const user = ['--reuid=65534', '--regid=65534', '--clear-groups']
  const { stdout } = spawnSync('setpriv', [...user, process.execPath, PROGRAM, dir], { encoding: 'utf8' })
  return JSON.parse(stdout)
}
