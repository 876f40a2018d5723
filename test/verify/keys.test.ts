import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { hmacSigner } from '../../src/seal/hmac-key.ts'
import { formatHmacKey, formatSigningKey } from '../../src/seal/key-text.ts'
import type { LocalSigner } from '../../src/seal/signer.ts'
import { parseGivenKeyFile, parseGivenKeys } from '../../src/verify/log-keys.ts'
import { ORIGIN, testSigner, writeCheckpoints } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { inShort, removeFolders, threeFiles, verified } from './support/verified.ts'

const [first, second, stranger] = [testSigner(1), testSigner(2), testSigner(9)]
const SECRET = Buffer.alloc(32, 7)

/** The checkpoint of size 15 is signed by the old and the new key. */
function rotated(): SealedFolder {
  return threeFiles({ signersAt: size => (size < 15 ? [first] : size === 15 ? [first, second] : [second]) })
}

function signedBy(...signers: readonly LocalSigner[]): SealedFolder {
  return threeFiles({ signersAt: () => signers })
}

function given(...signers: readonly LocalSigner[]): { given: readonly LocalSigner['verifier'][] } {
  return { given: signers.map(({ verifier }) => verifier) }
}

describe('the keys that a log is verified with', () => {
  after(removeFolders)

  it('are those of the folder where none are given, and the report says so', async () => {
    const report = await verified(threeFiles())
    expect(report).to.include({ status: 'intact', trust: 'folder' })
    expect(report.keys).to.deep.equal([
      {
        name: ORIGIN,
        id: 'dfec99fb',
        vkey: first.verifier.vkey,
        pinned: false,
        firstSize: 0,
        lastSize: 30,
        checkpoints: 5,
      },
    ])
  })

  it('are those that are given, and others that are given do not matter', async () => {
    const report = await verified(threeFiles(), given(stranger, first))
    expect(report).to.include({ status: 'intact', trust: 'pinned' })
    expect(report.keys.map(({ id, pinned }) => [id, pinned])).to.deep.equal([['dfec99fb', true]])
  })

  it('find a log that was signed anew with another key, which the folder alone does not show', async () => {
    const folder = signedBy(stranger)
    expect((await verified(folder)).status).to.equal('intact')
    const report = await verified(folder, given(first))
    expect(report.status).to.equal('tampered')
    expect(inShort(report)).to.deep.equal(['wrong-key seal/checkpoint -'])
  })

  it('find a log that was signed anew while seal/kansa.vkey stayed', async () => {
    const folder = threeFiles()
    writeCheckpoints(folder.dir, signedBy(stranger).notes)
    expect(inShort(await verified(folder))).to.deep.equal(['changed-checkpoint seal/checkpoints:1 -'])
  })

  it('are not extended by a signature that somebody adds: the new key is to be given after a rotation', async () => {
    expect((await verified(rotated())).status).to.equal('intact')
    expect((await verified(rotated(), given(second))).status).to.equal('intact')
    expect((await verified(rotated(), given(first, second))).status).to.equal('intact')
    expect(inShort(await verified(rotated(), given(first)))).to.deep.equal(['wrong-key seal/checkpoint -'])
  })

  it('are reported with what each signed', async () => {
    const { keys } = await verified(rotated(), given(second))
    expect(
      keys.map(({ firstSize, lastSize, checkpoints, pinned }) => [firstSize, lastSize, checkpoints, pinned]),
    ).to.deep.equal([
      [0, 15, 3, false],
      [15, 30, 3, true],
    ])
  })

  it('change only where the old one signs with the new one', async () => {
    const folder = threeFiles({ signersAt: size => [size < 15 ? first : second] })
    expect(inShort(await verified(folder))).to.deep.equal(['changed-checkpoint seal/checkpoints:13 -'])
  })

  for (const [name, change, problems] of [
    ['is removed', () => undefined, ['changed-checkpoint seal/checkpoints:1 -', 'changed-file seal/kansa.vkey -']],
    ['lacks its last line break', (text: string) => text.trimEnd(), ['changed-file seal/kansa.vkey:1 -']],
    ['has a line that is no key', (text: string) => `x\n${text}`, ['changed-file seal/kansa.vkey:1 -']],
    ['has a key twice', (text: string) => text + text, ['changed-file seal/kansa.vkey:2 -']],
    [
      'has a key before that signed nothing',
      (text: string) => `${stranger.verifier.vkey}\n${text}`,
      ['changed-file seal/kansa.vkey -'],
    ],
  ] as const) {
    it(`are objected to where seal/kansa.vkey ${name}`, async () => {
      const folder = threeFiles()
      const path = join(folder.dir, 'seal/kansa.vkey')
      const text = change(readFileSync(path, 'utf8'))
      if (text === undefined) rmSync(path)
      else writeFileSync(path, text)
      const report = await verified(folder)
      expect(inShort(report)).to.deep.equal(problems)
      expect(report.status).to.equal('tampered')
    })
  }

  it('are objected to where seal/kansa.vkey has them in another order', async () => {
    const folder = rotated()
    writeFileSync(
      join(folder.dir, 'seal/kansa.vkey'),
      folder.vkeys
        .toReversed()
        .map(vkey => `${vkey}\n`)
        .join(''),
    )
    expect(inShort(await verified(folder))).to.deep.equal(['changed-file seal/kansa.vkey -'])
  })

  it('may include a newest one that has not signed yet, as a crash in a rotation leaves it', async () => {
    const folder = threeFiles()
    writeFileSync(join(folder.dir, 'seal/kansa.vkey'), `${first.verifier.vkey}\n${second.verifier.vkey}\n`)
    const report = await verified(folder)
    expect(report.status).to.equal('incomplete')
    expect(inShort(report)).to.deep.equal(['unfinished-commit seal/kansa.vkey -'])
    expect((await verified(folder, { writerState: () => 'live' })).status).to.equal('intact')
  })

  it('are missed in seal/kansa.vkey also by those who have them', async () => {
    const folder = threeFiles()
    rmSync(join(folder.dir, 'seal/kansa.vkey'))
    expect(inShort(await verified(folder, given(first)))).to.deep.equal(['changed-file seal/kansa.vkey -'])
  })

  it('are not confused by another key with the same name and id', async () => {
    const twin = { ...stranger.verifier, keyId: first.verifier.keyId }
    expect(inShort(await verified(threeFiles(), { given: [twin] }))).to.include('changed-file seal/kansa.vkey -')
  })

  describe('that are shared secrets', () => {
    const secret = hmacSigner(ORIGIN, SECRET)

    it('verify when they are given', async () => {
      const report = await verified(signedBy(secret), given(secret))
      expect(report).to.include({ status: 'intact', trust: 'pinned' })
      expect(report.keys.map(({ vkey, checkpoints }) => [vkey, checkpoints])).to.deep.equal([[null, 5]])
    })

    it('are found in keys/signing.key of the audit folder', async () => {
      const folder = signedBy(secret)
      mkdirSync(join(folder.dir, 'keys'))
      writeFileSync(join(folder.dir, 'keys/signing.key'), `${formatHmacKey(ORIGIN, SECRET)}\n`)
      expect(await verified(folder)).to.include({ status: 'intact', trust: 'folder' })
    })

    it('are asked for where there is none', async () => {
      const error = await verified(signedBy(secret)).then(undefined, (thrown: unknown) => thrown)
      expect(error).to.include({ code: 'KANSA_UNREADABLE' }).and.have.property('message').that.includes('--key-file')
    })

    it('find a change like any other key', async () => {
      const folder = signedBy(secret)
      writeFileSync(
        join(folder.dir, 'seal/checkpoint'),
        signedBy(hmacSigner(ORIGIN, Buffer.alloc(32, 8))).notes.at(-1) ?? '',
      )
      expect((await verified(folder, given(secret))).status).to.equal('tampered')
    })
  })

  describe('as people give them', () => {
    const vkey = first.verifier.vkey ?? ''

    it('are verifier keys, signing keys or shared secrets, one on a line of a file', () => {
      const text = `# a comment\n\n${vkey}\n  ${formatSigningKey('a', Buffer.alloc(32, 3))}\n${formatHmacKey('b', SECRET)}\n`
      const names = parseGivenKeyFile(text, 'keys.txt').map(({ name }) => name)
      expect(names).to.deep.equal([ORIGIN, 'a', 'b'])
      expect(parseGivenKeys([vkey])).to.have.length(1)
    })

    for (const [name, text] of [
      ['no key', 'abc'],
      ['a key with another id', vkey.replace('dfec99fb', 'dfec99fc')],
      ['an altered key', vkey.replace('AYqI', 'AYqJ')],
    ] as const) {
      it(`are refused where there is ${name}`, () => {
        expect(() => parseGivenKeys([text]))
          .to.throw()
          .with.property('code', 'KANSA_INVALID_KEY')
        expect(() => parseGivenKeyFile(text, 'keys.txt')).to.throw(/keys\.txt, line 1/)
      })
    }

    it('never come back in a message', () => {
      const text = formatSigningKey('a', Buffer.alloc(32, 5)).replace(/.$/, '!')
      expect(() => parseGivenKeys([text]))
        .to.throw()
        .with.property('message')
        .that.does.not.include(text.slice(20, 60))
    })
  })
})
