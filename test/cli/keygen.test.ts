import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseSigningKeys } from '../../src/seal/key-file.ts'
import { parseVerifierKey } from '../../src/seal/key-text.ts'
import { type Finished, kansa } from './support/kansa.ts'

describe('kansa keygen', () => {
  let cwd: string
  beforeEach(() => (cwd = mkdtempSync(join(tmpdir(), 'kansa-keygen-'))))
  afterEach(() => rmSync(cwd, { recursive: true, force: true }))

  const keygen = async (...args: readonly string[]): Promise<Finished> => await kansa(['keygen', ...args], { cwd })
  const textOf = (name: string): string => readFileSync(join(cwd, name), 'utf8')
  const modeOf = (name: string): number => statSync(join(cwd, name)).mode & 0o777
  /** Whether the text has a signing key in it. */
  const isSecret = (text: string): boolean => text.includes('PRIVATE')

  it('writes the signing key to a file of its own, and only the verifier key to standard output', async () => {
    const { code, stdout, stderr } = await keygen()
    expect(code).to.equal(0)
    expect(readdirSync(cwd)).to.deep.equal(['kansa-signing.key'])
    expect(modeOf('kansa-signing.key')).to.equal(0o600)
    const [signer, ...more] = parseSigningKeys(textOf('kansa-signing.key'))
    expect(more).to.deep.equal([])
    expect(stdout).to.equal(`${signer?.verifier.vkey}\n`)
    expect(parseVerifierKey(stdout.trim()).name).to.match(/^kansa\.log\/[0-9a-f-]{36}$/)
    expect(stderr).to.include(`KANSA_SIGNING_KEY_FILE=${join(cwd, 'kansa-signing.key')}`)
    expect(isSecret(stderr)).to.equal(false)
  })

  it('takes a name for the key and for the file', async () => {
    const { stdout } = await keygen('--out', 'my.key', '--name', 'example.com/agents')
    expect(parseVerifierKey(stdout.trim()).name).to.equal('example.com/agents')
    expect(textOf('my.key')).to.match(/^PRIVATE\+KEY\+example\.com\/agents\+/)
    const refused = await keygen('--out', 'other.key', '--name', 'two words')
    expect([refused.code, existsSync(join(cwd, 'other.key'))]).to.deep.equal([2, false])
  })

  it('never writes over a file, or through a link', async () => {
    writeFileSync(join(cwd, 'kept'), 'mine')
    symlinkSync('nowhere', join(cwd, 'link'))
    for (const out of ['kept', 'link']) {
      const { code, stdout, stderr } = await keygen('--out', out)
      expect([code, stdout]).to.deep.equal([2, ''])
      expect(stderr).to.include(`${out} is there already`)
    }
    expect(textOf('kept')).to.equal('mine')
    expect(readdirSync(cwd).toSorted()).to.deep.equal(['kept', 'link'])
    const { code, stderr } = await keygen('--out', 'no/such/folder')
    expect(code, stderr).to.equal(3)
  })

  it('makes a shared secret, for which there is no verifier key', async () => {
    const { code, stdout, stderr } = await keygen('--hmac')
    expect([code, stdout]).to.deep.equal([0, ''])
    expect(stderr).to.include('no verifier key')
    const [signer] = parseSigningKeys(textOf('kansa-signing.key'))
    expect(signer?.verifier.vkey).to.equal(undefined)
    expect(modeOf('kansa-signing.key')).to.equal(0o600)
  })

  describe('--rotate', () => {
    it('adds a key of the same name and kind behind the others, and prints it', async () => {
      for (const kind of [[], ['--hmac']]) {
        rmSync(join(cwd, 'a.key'), { force: true })
        await keygen('--out', 'a.key', ...kind)
        const before = textOf('a.key')
        chmodSync(join(cwd, 'a.key'), 0o644)
        const { code, stdout, stderr } = await keygen('--rotate', 'a.key')
        expect(code, stderr).to.equal(0)
        expect(textOf('a.key').startsWith(before)).to.equal(true)
        const [old, added, ...more] = parseSigningKeys(textOf('a.key')).map(({ verifier }) => verifier)
        expect(more).to.deep.equal([])
        expect(added?.name).to.equal(old?.name)
        expect(stdout).to.equal(kind.length === 0 ? `${added?.vkey}\n` : '')
        expect(modeOf('a.key')).to.equal(0o600)
        expect(readdirSync(cwd)).to.deep.equal(['a.key'])
        expect(isSecret(stderr)).to.equal(false)
      }
    })

    it('leaves alone what is no file of keys, and a key pair that is to become a secret', async () => {
      await keygen('--out', 'a.key')
      writeFileSync(join(cwd, 'b.key'), 'PRIVATE+KEY+not+one')
      symlinkSync('a.key', join(cwd, 'link'))
      const cases = [
        { args: ['b.key'], code: 2, message: 'line 1' },
        { args: ['a.key', '--hmac'], code: 2, message: 'cannot follow' },
        { args: ['a.key', '--out', 'c.key'], code: 2, message: 'cannot be used with' },
        { args: ['none.key'], code: 3, message: 'there is no none.key' },
        { args: ['link'], code: 3, message: 'symbolic link' },
      ]
      const before = textOf('a.key')
      for (const { args, code, message } of cases) {
        const finished = await keygen('--rotate', ...args)
        expect(finished.stderr).to.include(message)
        expect([finished.code, finished.stdout]).to.deep.equal([code, ''])
      }
      expect(textOf('a.key')).to.equal(before)
      expect(textOf('b.key')).to.equal('PRIVATE+KEY+not+one')
    })
  })
})
