import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { expect } from 'chai'
import { KansaError } from '../../../src/errors.ts'
import { type GivenKeys, givenSigners, storeKeys } from '../../../src/journal/sealing/signing-keys.ts'
import { formatHmacKey, generateSigningKey, parseSigningKey } from '../../../src/seal/key-text.ts'
import type { Signer } from '../../../src/seal/signer.ts'
import { expectSealedToTheEnd, newestIn, sizesIn } from '../support/stored-seal.ts'
import { appendAll, MEMORY, type TestLog, useTestLogs } from '../support/test-logs.ts'

describe('the key that seals a log', () => {
  const newLog = useTestLogs(MEMORY)

  function given(keys: Partial<GivenKeys>): readonly Signer[] | undefined {
    return givenSigners({ signer: undefined, signingKey: undefined, signingKeyFile: undefined, ...keys })
  }

  async function sealOneRecord(log: TestLog, signers?: readonly Signer[]): Promise<string> {
    const journal = log.open({ signers })
    appendAll(journal, 'a')
    await journal.close()
    return journal.sealKey
  }

  it('is made on the first start, named after the log, readable for this user only, and kept', async () => {
    const log = newLog()
    const first = await sealOneRecord(log)
    expect(log.text('keys/signing.key')).to.match(/^PRIVATE\+KEY\+kansa\.log\/\S+\n$/)
    expect(statSync(log.path('keys/signing.key')).mode & 0o777).to.equal(0o600)
    expect(statSync(log.path('keys')).mode & 0o777).to.equal(0o700)
    expect(log.text('seal/kansa.vkey')).to.equal(`${first}\n`)
    expect(await sealOneRecord(log)).to.equal(first)
    expectSealedToTheEnd(log.dir)
  })

  it('is shared by the logs of further writers', async () => {
    const log = newLog()
    const main = log.open()
    const further = log.open({ onLocked: 'own-folder' })
    appendAll(further, 'a')
    await further.close()
    expect(further.sealKey).to.equal(main.sealKey)
    expectSealedToTheEnd(further.dir)
    expect(newestIn(further.dir).origin).to.equal(further.origin)
  })

  it('is the one of the faster process where two make one at once', () => {
    const log = newLog()
    const modes = { fileMode: 0o600, dirMode: 0o700 }
    const [first, second] = [`${generateSigningKey('a').text}\n`, `${generateSigningKey('b').text}\n`]
    mkdirSync(log.dir)
    expect(storeKeys(log.dir, first, modes)).to.equal(true)
    expect(storeKeys(log.dir, second, modes)).to.equal(false)
    expect(log.text('keys/signing.key')).to.equal(first)
    expect(readdirSync(log.path('keys'))).to.deep.equal(['signing.key'])
  })

  it('may be given as text, as a file or as a signer; none is written to the folder then', async () => {
    const { text, signer } = generateSigningKey('example.com/key')
    const file = `${newLog().parent}/signing.key`
    writeFileSync(file, `# of the agents\n${text}\n`)
    for (const keys of [{ signingKey: text }, { signingKeyFile: file }, { signer }, { signer: [signer] }]) {
      const log = newLog()
      expect(await sealOneRecord(log, given(keys))).to.equal(signer.verifier.vkey)
      expect(newestIn(log.dir).signedBy).to.deep.equal(['example.com/key'])
      expect(log.names()).to.not.include('keys')
      expectSealedToTheEnd(log.dir)
    }
  })

  it('may be a shared secret, for which no verifier key is written', async () => {
    const text = formatHmacKey('example.com/key', Buffer.alloc(32, 7))
    const log = newLog()
    const sealKey = await sealOneRecord(log, given({ signingKey: text }))
    expect(sealKey).to.match(/^example\.com\/key\+[0-9a-f]{8}$/)
    expect(() => log.text('seal/kansa.vkey')).to.throw('ENOENT')
    expect(newestIn(log.dir).signedBy).to.deep.equal(['example.com/key'])
    expect(log.open({ signers: [parseSigningKey(text)] }).opening.repairs).to.deep.equal([])
  })

  it('that is another one than before is refused, and nothing is changed', async () => {
    const log = newLog()
    const old = generateSigningKey('example.com/old')
    const other = generateSigningKey('example.com/other')
    await sealOneRecord(log, [old.signer])
    const before = log.text('seal/checkpoints')
    const error = refusal(() => log.open({ signers: [other.signer] }))
    expect(error.message).to.include(`example.com/old+`).and.include('--rotate').and.include(log.dir)
    expect(log.names()).to.deep.equal(['.gitignore', 'audit.jsonl', 'seal'])
    expect(log.text('seal/checkpoints')).to.equal(before)
    expect(log.open({ signers: [old.signer] }).opening).to.deep.include({ nextSeq: 1, repairs: [] })
  })

  it('that is given for a log whose key was made is refused too', async () => {
    const log = newLog()
    await sealOneRecord(log)
    refusal(() => log.open({ signers: [generateSigningKey('example.com/other').signer] }))
  })

  it('is refused when it is none, without showing it', () => {
    const folder = newLog().parent
    const { text } = generateSigningKey('example.com/key')
    const secret = text.slice(-30)
    const file = `${folder}/signing.key`
    const wrong = [`${text}x`, text.slice(0, -3), `x${text}`, secret, '', `${text}\n${text}`]
    for (const key of wrong) {
      writeFileSync(file, key)
      for (const keys of [{ signingKey: key }, { signingKeyFile: file }]) {
        const error = refusal(() => given(keys))
        expect(inspect(error, { depth: 9, showHidden: true })).to.not.include(secret.slice(0, 20))
        expect(error.message).to.include('signingKeyFile' in keys ? file : 'the signing key')
      }
    }
  })

  it('is refused when its file cannot be read or the list is empty, with what to do', () => {
    const log = newLog()
    const missing = refusal(() => given({ signingKeyFile: `${log.parent}/nowhere` }))
    expect(missing.message).to.include(`${log.parent}/nowhere`).and.include('kansa keygen')
    mkdirSync(`${log.parent}/folder`)
    refusal(() => given({ signingKeyFile: `${log.parent}/folder` }))
    expect(refusal(() => log.open({ signers: [] })).message).to.include('empty')
  })

  it('has its verifier key written again where that was lost; a damaged file shows as it is', async () => {
    const log = newLog()
    const key = await sealOneRecord(log)
    rmSync(log.path('seal/kansa.vkey'))
    await sealOneRecord(log)
    expect(log.text('seal/kansa.vkey')).to.equal(`${key}\n`)
    writeFileSync(log.path('seal/kansa.vkey'), 'not a key\n')
    await sealOneRecord(log)
    expect(log.text('seal/kansa.vkey')).to.equal('not a key\n')
  })

  it('in the folder is refused when it is damaged: another one would begin another log', async () => {
    const log = newLog()
    await sealOneRecord(log)
    writeFileSync(log.path('keys/signing.key'), 'PRIVATE+KEY+damaged')
    expect(refusal(() => log.open()).message).to.include(log.path('keys/signing.key'))
    expect(log.names()).to.not.include('lock')
  })
})

describe('changing the key of a log', () => {
  const newLog = useTestLogs(MEMORY)
  const old = generateSigningKey('example.com/old').signer
  const young = generateSigningKey('example.com/new').signer

  async function sealWith(log: TestLog, ...signers: readonly Signer[]): Promise<void> {
    const journal = log.open({ signers })
    expect(journal.opening.repairs).to.deep.equal([])
    appendAll(journal, 'a')
    await journal.commit()
    appendAll(journal, 'b')
    await journal.close()
  }

  it('lets both sign once, and the new one alone from then on', async () => {
    const log = newLog()
    await sealWith(log, old)
    await sealWith(log, old, young)
    await sealWith(log, old, young)
    const signedBy = signersIn(log)
    expect(signedBy).to.deep.equal(['old', 'old', 'old', 'old+new', 'new', 'new', 'new'])
    expect(log.text('seal/kansa.vkey')).to.equal(`${old.verifier.vkey}\n${young.verifier.vkey}\n`)
    expectSealedToTheEnd(log.dir)
  })

  it('works without the old one once that has signed with it', async () => {
    const log = newLog()
    await sealWith(log, old)
    await sealWith(log, old, young)
    await sealWith(log, young)
    expectSealedToTheEnd(log.dir)
  })

  it('does not end before both have signed, however often the log is opened', async () => {
    const log = newLog()
    await sealWith(log, old)
    await log.open({ signers: [old, young] }).close()
    expect(signersIn(log).at(-1)).to.equal('old')
    refusal(() => log.open({ signers: [young] }))
    await sealWith(log, old, young)
    expect(signersIn(log).slice(-2)).to.deep.equal(['old+new', 'new'])
  })

  it('works for a log without records', async () => {
    const log = newLog()
    await log.open({ signers: [old] }).close()
    await sealWith(log, old, young)
    expect(signersIn(log)).to.deep.equal(['old', 'old+new', 'new'])
    expectSealedToTheEnd(log.dir)
  })

  it('can lead from the key in the folder to one that is given', async () => {
    const log = newLog()
    const first = log.open()
    appendAll(first, 'a')
    await first.close()
    const keys = `${log.text('keys/signing.key')}${generateSigningKey('example.com/given').text}\n`
    const signers = givenSigners({ signer: undefined, signingKey: keys, signingKeyFile: undefined })
    const journal = log.open({ signers })
    appendAll(journal, 'b')
    await journal.close()
    expect(newestIn(log.dir).signedBy).to.deep.equal([first.origin, 'example.com/given'])
    expect(sizesIn(log.dir)).to.deep.equal([0, 1, 2])
    expectSealedToTheEnd(log.dir)
  })

  function signersIn(log: TestLog): string[] {
    const history = readFileSync(log.path('seal/checkpoints'), 'utf8').split('\n\n')
    return history
      .filter(part => part.startsWith('\u{2014}'))
      .map(part => [...part.matchAll(/example\.com\/(\w+)/g)].map(match => match[1]).join('+'))
  }
})

function refusal(call: () => unknown): KansaError {
  try {
    call()
  } catch (error) {
    if (error instanceof KansaError && error.code === 'KANSA_INVALID_KEY') return error
    throw error
  }
  throw new Error('it was not refused')
}
