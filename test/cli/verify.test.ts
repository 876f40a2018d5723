import { chmodSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { appendLines, lineWithSeq, sealedFolder, testSigner, toolCall, toolCalls } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { type Finished, kansa } from './support/kansa.ts'

const VKEY = testSigner().verifier.vkey ?? ''
const FROM_FOLDER = /the key was taken from the folder itself/

describe('kansa verify', () => {
  let root: string
  let folder: SealedFolder
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'kansa-cli-verify-'))
    folder = sealedFolder({ dir: join(root, 'audit'), records: toolCalls(30), files: [10, 20], checkpoints: [10, 30] })
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const verify = async (...args: string[]): Promise<Finished> => await kansa(['verify', ...args], { cwd: root })
  const otherLog = (): SealedFolder =>
    sealedFolder({ dir: join(folder.dir, 'writers/other'), origin: 'kansa.log/other', records: toolCalls(3) })
  const edit = (): void => {
    const path = join(folder.dir, 'audit.jsonl')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"call-15"', '"call-16"'))
  }

  it('exits with 0 for an intact log, and says what that means', async () => {
    const { code, stdout, stderr } = await verify()
    expect(code).to.equal(0)
    expect(stdout).to.match(/^intact {2}\.\/audit {2}kansa\.log\/test\n/)
    expect(stdout).to.contain('30 as they were sealed, seq 0 to 29, in 2 files')
    expect(stdout).to.contain('Intact means unchanged, not complete')
    expect(stderr).to.match(FROM_FOLDER)
  })

  it('exits with 1 for a log that was tampered with, and says where', async () => {
    edit()
    const { code, stdout } = await verify()
    expect(code).to.equal(1)
    expect(stdout).to.match(/^tampered {2}/)
    expect(stdout).to.match(/audit\.jsonl:6 +edited-line +record 15 is not what was sealed\n/)
    expect(stdout).to.not.contain('Intact means')
  })

  it('exits with 4 for a log whose end nobody seals, and with 1 where another one was tampered with', async () => {
    const [path = ''] = otherLog().files
    appendLines(path, [lineWithSeq(toolCall(3), 3)])
    const incomplete = await verify()
    expect(incomplete.code).to.equal(4)
    expect(incomplete.stdout).to.match(/^intact [^]*\nincomplete {2}audit\/writers\/other/)
    expect(incomplete.stdout).to.contain('unsealed-tail')
    edit()
    expect((await verify()).code).to.equal(1)
  })

  it('takes the keys that are given, more than one, and warns no more', async () => {
    const other = testSigner(9).verifier.vkey ?? ''
    const { code, stdout, stderr } = await verify('--key', other, '--key', VKEY)
    expect([code, stderr]).to.deep.equal([0, ''])
    expect(stdout).to.contain('as given')
    expect((await verify('--key', other)).code).to.equal(1)
  })

  it('takes keys from a file', async () => {
    writeFileSync(join(root, 'keys.txt'), `# ours\n${VKEY}\n`)
    expect(await verify('--key-file', 'keys.txt')).to.include({ code: 0, stderr: '' })
  })

  it('wants what a kept checkpoint covers', async () => {
    cpSync(join(folder.dir, 'seal/checkpoint'), join(root, 'kept'))
    expect((await verify('--at-least', 'kept')).code).to.equal(0)
    const grown = sealedFolder({ records: toolCalls(31) })
    cpSync(join(grown.dir, 'seal/checkpoint'), join(root, 'newer'))
    rmSync(grown.dir, { recursive: true })
    const { code, stdout } = await verify('--at-least', 'kept', '--at-least', 'newer')
    expect(code).to.equal(1)
    expect(stdout).to.contain('rolled-back')
  })

  it('gives the report as JSON, one line for each log', async () => {
    otherLog()
    edit()
    const { code, stdout, stderr } = await verify('--json')
    expect(code).to.equal(1)
    const [first, second] = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(first).to.include({ status: 'tampered', trust: 'folder', treeSize: 30, dir: './audit' })
    expect(first.problems).to.deep.equal([
      { kind: 'edited-line', file: 'audit.jsonl', line: 6, seq: 15, message: 'record 15 is not what was sealed' },
    ])
    expect(second).to.include({ status: 'intact', dir: 'audit/writers/other' })
    expect(stderr).to.match(FROM_FOLDER)
  })

  for (const [name, args, code] of [
    ['a wrong key', ['--key', 'abc'], 2],
    ['a checkpoint that is none', ['--at-least', 'audit/audit.jsonl'], 2],
    ['an unknown flag', ['--keys', VKEY], 2],
    ['a key file that is not there', ['--key-file', 'none'], 3],
    ['a folder that is not there', ['--dir', 'none'], 3],
    ['a folder without a journal', ['--dir', '.'], 3],
    ['a file in place of a folder', ['--dir', 'audit/audit.jsonl'], 3],
  ] as const) {
    it(`exits with ${code} for ${name}`, async () => {
      const finished = await verify(...args)
      expect(finished.code).to.equal(code)
      expect(finished.stdout).to.equal('')
      expect(finished.stderr).to.match(/^(kansa|error): .+\n/)
    })
  }

  it('exits with 3 where a file cannot be read, and judges nothing', async () => {
    const options = process.getuid?.() === 0 ? { uid: 65_534 } : {}
    chmodSync(root, 0o755)
    for (const name of ['', ...readdirSync(folder.dir, { recursive: true, encoding: 'utf8' })]) {
      chmodSync(join(folder.dir, name), 0o755)
    }
    expect((await kansa(['verify'], { cwd: root, ...options })).code).to.equal(0)
    chmodSync(join(folder.dir, 'audit.jsonl.1'), 0)
    const { code, stdout, stderr } = await kansa(['verify'], { cwd: root, ...options })
    expect([code, stdout]).to.deep.equal([3, ''])
    expect(stderr).to.match(/^kansa: cannot read .*audit\.jsonl\.1/)
    chmodSync(folder.dir, 0)
    const closed = await kansa(['verify'], { cwd: root, ...options })
    expect(closed).to.deep.include({ code: 3, stdout: '' })
    expect(closed.stderr).to.match(/^kansa: cannot read .*audit.*: EACCES.*\n$/)
  })

  it('shows what a log says of itself without letting it reach the terminal', async () => {
    writeFileSync(join(folder.dir, 'seal/\u{1b}[2Jx'), '')
    const { stdout } = await verify()
    expect(stdout).to.contain('seal/\\x1b[2Jx').and.to.not.contain('\u{1b}')
  })
})
