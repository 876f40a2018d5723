// The files of `kansa prove`, and the folder they are made from, against golang.org/x/mod/sumdb/note and sumdb/tlog, both
// ways: what one makes, the other must accept.
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { expect } from 'chai'
import { formatSigningKey } from '../../src/seal/key-text.ts'
import { checkExtension } from '../../src/verify/proof/check-extension.ts'
import { checkRecord } from '../../src/verify/proof/check-record.ts'
import type { RecordProof } from '../../src/verify/proof/prove-record.ts'
import { base64, fromBase64, useGoProgram } from '../seal/support/go-program.ts'
import { ORIGIN, sealedFolder, testSigner, toolCalls } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { TRUST, extensionProof, recordProof } from './support/proofs.ts'

const SIZE = 600
const OLD_SIZE = 257
const INDEX = 256
const SIGNER = testSigner()
const KEYS = [SIGNER.verifier.vkey ?? '']
const NOBODY = [testSigner(2).verifier.vkey ?? '']

describe("Go's libraries for notes and trees and the files of proofs", function () {
  this.timeout(60_000)
  const go = useGoProgram()
  let log: SealedFolder
  before(() => {
    log = sealedFolder({ records: toolCalls(SIZE), files: [500, 100], checkpoints: [OLD_SIZE, SIZE] })
  })
  after(() => {
    if (log !== undefined) rmSync(log.dir, { recursive: true })
  })

  it('accept every proof of a record, with its line and no other, from the key and no other', async () => {
    const proofs: RecordProof[] = []
    for (const [seq, line] of log.lines.entries()) proofs.push(await recordProof(log.dir, seq, line))
    const questions = proofs.flatMap(({ file, line }) => {
      const right = { op: 'check proof', file: base64(file), entries: [base64(line)], keys: KEYS }
      return [
        right,
        { ...right, entries: [base64(Buffer.concat([line, Buffer.from(' ')]))] },
        { ...right, keys: NOBODY },
      ]
    })
    for (const [at, { origin, size, error }] of go().ask(questions).entries()) {
      if (at % 3 === 0) expect({ origin, size, error }).to.deep.equal({ origin: ORIGIN, size: SIZE, error: undefined })
      else expect(error, `${at}`).to.be.a('string')
    }
  })

  it('accept the proof that a log extends an older checkpoint, and not from another one', async () => {
    const [empty, old, newest] = log.notes.map(base64)
    const { file } = await extensionProof(log.dir, fromBase64(old))
    const question = { op: 'check extension', file: base64(file), keys: KEYS }
    const answers = go().ask([
      { ...question, note: old },
      { ...question, note: empty },
      { ...question, note: newest },
      { ...question, note: old, keys: NOBODY },
    ])
    expect(answers.map(({ error }) => error === undefined)).to.deep.equal([true, false, false, false])
    expect(answers[0]).to.include({ origin: ORIGIN, size: SIZE })
  })

  it('read the tiles of the folder: every one fits the checkpoint and the lines', () => {
    const folder = join(log.dir, 'seal')
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(path => path.startsWith('tile') && statSync(join(folder, path)).isFile())
      .map(path => path.replaceAll(sep, '/'))
    const tiles = Object.fromEntries(paths.map(path => [path, base64(readFileSync(join(folder, path)))]))
    const root = readFileSync(join(folder, 'checkpoint'), 'utf8').split('\n')[2] ?? ''
    const entries = log.lines.map(base64)
    const [read] = go().ask([{ op: 'read tiles', size: SIZE, root, index: INDEX, oldSize: OLD_SIZE, entries, tiles }])
    expect(read?.error).to.equal(undefined)
    expect(read?.proof).to.have.length.above(0)
  })

  it('make both files so that Kansa accepts them', async () => {
    const [made] = go().ask([
      {
        op: 'make proofs',
        name: ORIGIN,
        entries: log.lines.map(base64),
        index: INDEX,
        oldSize: OLD_SIZE,
        keys: [formatSigningKey(ORIGIN, Buffer.alloc(32, 1))],
      },
    ])
    expect(made?.error).to.equal(undefined)
    const line = log.lines[INDEX] ?? Buffer.alloc(0)
    const record = fromBase64(made?.record)
    expect(checkRecord(record, line, TRUST)).to.include({ origin: ORIGIN, seq: INDEX, treeSize: SIZE })
    const extension = fromBase64(made?.extension)
    expect(checkExtension(extension, fromBase64(made?.note), TRUST)).to.include({ oldSize: OLD_SIZE, treeSize: SIZE })
    // Byte for byte what Kansa makes of the same log.
    expect(record).to.deep.equal((await recordProof(log.dir, INDEX)).file)
    expect(extension).to.deep.equal((await extensionProof(log.dir, fromBase64(made?.note))).file)
  })
})
