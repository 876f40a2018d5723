import { expect } from 'chai'
import fc from 'fast-check'
import { ed25519Signer } from '../../src/seal/ed25519-key.ts'
import { parseSigningKey, parseVerifierKey } from '../../src/seal/key-text.ts'
import { openNote } from '../../src/seal/open-note.ts'
import { signNote, signNoteSync } from '../../src/seal/sign-note.ts'
import { formatNote, parseNote } from '../../src/seal/signed-note.ts'
import type { Signer, Verifier } from '../../src/seal/signer.ts'
import { RUNS } from '../support/arbitrary-event.ts'
import { noteText, signer } from './support/arbitrary-note.ts'
import { bitFlips, refusal } from './support/refusal.ts'

const SKEY = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const NOTE = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`

function key(name: string, fill: number): ReturnType<typeof ed25519Signer> {
  return ed25519Signer(name, Buffer.alloc(32, fill))
}

function signed(text: string, ...signers: readonly Signer[]): Buffer {
  return signNoteSync(text, signers) ?? Buffer.alloc(0)
}

function reasonFor(note: Uint8Array | string, trusted: readonly Verifier[]): string | undefined {
  return refusal(() => openNote(Buffer.from(note), trusted))
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('a signed note', () => {
  const [one, two, three] = [key('one.example', 1), key('two.example', 2), key('three.example', 3)]

  it("is signed as in Go's example, byte for byte, and opens with its verifier key", async () => {
    expect((await signNote(TEXT, [parseSigningKey(SKEY)])).toString()).to.equal(NOTE)
    expect(openNote(Buffer.from(NOTE), [parseVerifierKey(VKEY)]).text).to.equal(TEXT)
  })

  it('opens as the example of the specification', () => {
    const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
    const blob = 'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM='
    const note = `This is an example message.\n\n— example.com/foo ${blob}\n`
    expect(openNote(Buffer.from(note), [parseVerifierKey(vkey)]).text).to.equal('This is an example message.\n')
  })

  it('opens with the key of each who signed, for every text and keys of both types', () => {
    const signers = fc.uniqueArray(signer, { minLength: 1, maxLength: 4, selector: ({ verifier }) => verifier.name })
    fc.assert(
      fc.property(noteText, signers, (text, all) => {
        const note = signed(text, ...all)
        for (const { verifier } of all) {
          const opened = openNote(note, [verifier])
          expect(opened.text).to.equal(text)
          expect(opened.verified.map(({ name }) => name)).to.deep.equal([verifier.name])
          expect(opened.unknown).to.have.length(all.length - 1)
        }
        const verifiers = all.map(({ verifier }) => verifier)
        expect(openNote(note, verifiers).verified).to.have.length(all.length)
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    )
  })

  it('does not open when any single bit is flipped', () => {
    for (const flipped of bitFlips(signed('kansa.log/1\n1\n', one))) {
      expect(reasonFor(flipped, [one.verifier])).to.be.oneOf(['malformed-note', 'invalid-signature', 'not-signed'])
    }
  })

  it('does not open without a trusted key among its signers', () => {
    const note = signed('text\n', one, two)
    expect(reasonFor(note, [three.verifier])).to.equal('not-signed')
    expect(reasonFor(note, [])).to.equal('not-signed')
    // The same name with another key, or the same key with another name, is another key.
    expect(reasonFor(note, [key('one.example', 9).verifier])).to.equal('not-signed')
    expect(reasonFor(note, [key('other.example', 1).verifier])).to.equal('not-signed')
  })

  it('does not open when one trusted key signed something else, though another signed it well', () => {
    const { text, signatures } = parseNote(signed('text\n', one))
    const other = parseNote(signed('other\n', two)).signatures
    const note = formatNote({ text, signatures: [...signatures, ...other] })
    expect(reasonFor(note, [one.verifier, two.verifier])).to.equal('invalid-signature')
    expect(openNote(note, [one.verifier]).unknown.map(({ name }) => name)).to.deep.equal(['two.example'])
    expect(reasonFor(note, [two.verifier])).to.equal('invalid-signature')
  })

  it('does not open when a second signature by the same key is wrong', () => {
    const { text, signatures } = parseNote(signed('text\n', one))
    const other = parseNote(signed('other\n', one)).signatures
    const note = formatNote({ text, signatures: [...signatures, ...other] })
    expect(reasonFor(note, [one.verifier])).to.equal('invalid-signature')
  })

  it('passes over signatures that nobody here can check, wherever they stand', () => {
    const { text, signatures } = parseNote(signed('text\n', one))
    const strange = { name: 'witness.example', keyId: 7, signature: Buffer.alloc(2420) }
    for (const all of [
      [strange, ...signatures],
      [...signatures, strange],
    ]) {
      const opened = openNote(formatNote({ text, signatures: all }), [one.verifier])
      expect(opened.unknown).to.deep.equal([strange])
    }
  })

  it('is not opened with two different keys of the same name and id', () => {
    const twin = { ...two.verifier, name: one.verifier.name, keyId: one.verifier.keyId }
    const note = signed('text\n', one)
    expect(reasonFor(note, [one.verifier, twin])).to.equal('ambiguous-key')
    const again = key('one.example', 1).verifier
    expect(openNote(note, [one.verifier, again, again]).verified).to.have.length(1)
  })
})

describe('signing a note', () => {
  const local = key('one.example', 1)
  const remote: Signer = { verifier: local.verifier, sign: async text => Promise.resolve(local.sign(text)) }

  it('waits for signers that take their time', async () => {
    expect(await signNote('text\n', [remote])).to.deep.equal(signed('text\n', local))
  })

  it('at once is possible with local signers only, and a late failure of the others hurts nobody', async () => {
    expect(signNoteSync('text\n', [remote])).to.equal(undefined)
    const failing: Signer = { ...remote, sign: async () => Promise.reject(new Error('KMS unreachable')) }
    const unhandled: unknown[] = []
    const listener = (reason: unknown): void => void unhandled.push(reason)
    process.prependListener('unhandledRejection', listener)
    try {
      expect(signNoteSync('text\n', [local, failing])).to.equal(undefined)
      await new Promise(resolve => setTimeout(resolve, 10))
    } finally {
      process.off('unhandledRejection', listener)
    }
    expect(unhandled).to.deep.equal([])
  })

  it('fails with the error of the signer that fails', async () => {
    const failing: Signer = { ...remote, sign: async () => Promise.reject(new Error('KMS unreachable')) }
    expect(await rejection(signNote('text\n', [local, failing]))).to.have.property('message', 'KMS unreachable')
  })

  it('uses no signature that does not fit the key that it should be by', async () => {
    const wrong = [key('two.example', 2).sign(Buffer.from('text\n')), Buffer.alloc(64), Buffer.alloc(0)]
    for (const signature of wrong) {
      const broken: Signer = { verifier: local.verifier, sign: () => signature }
      expect(refusal(() => signNoteSync('text\n', [broken]))).to.equal('invalid-signature')
      expect(await rejection(signNote('text\n', [broken]))).to.have.property('reason', 'invalid-signature')
    }
  })

  it('takes a text that can be a note, and at least one signer', async () => {
    for (const text of ['', 'text', 'a\tb\n']) {
      expect(refusal(() => signNoteSync(text, [local]))).to.equal('malformed-note')
      expect(await rejection(signNote(text, [local]))).to.have.property('reason', 'malformed-note')
    }
    expect(refusal(() => signNoteSync('text\n', []))).to.equal('malformed-note')
  })
})
