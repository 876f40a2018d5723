// Kansa's seal against golang.org/x/mod/sumdb/note and sumdb/tlog, both ways: what one makes, the other must accept.
import { expect } from 'chai'
import fc from 'fast-check'
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from '../../src/seal/checkpoint.ts'
import { proveConsistency, verifyConsistency } from '../../src/seal/consistency-proof.ts'
import { ed25519Signer } from '../../src/seal/ed25519-key.ts'
import { GrowingTree } from '../../src/seal/growing-tree.ts'
import { rootOf } from '../../src/seal/hash-reader.ts'
import type { HashReader } from '../../src/seal/hash-reader.ts'
import { hmacSigner } from '../../src/seal/hmac-key.ts'
import { proveInclusion, verifyInclusion } from '../../src/seal/inclusion-proof.ts'
import { formatSigningKey, generateSigningKey, parseSigningKey, parseVerifierKey } from '../../src/seal/key-text.ts'
import { leafHash } from '../../src/seal/merkle-hash.ts'
import { openNote } from '../../src/seal/open-note.ts'
import { signNoteSync } from '../../src/seal/sign-note.ts'
import { grownTiles, tilePath } from '../../src/seal/tile.ts'
import { TileHashReader } from '../../src/seal/tile-hash-reader.ts'
import { hash, noteText, signer as anySigner } from './support/arbitrary-note.ts'
import { base64, fromBase64, useGoProgram } from './support/go-program.ts'
import type { Answer, Question } from './support/go-program.ts'
import { entry, leafHashes } from './support/leaves.ts'
import { flipBit } from './support/refusal.ts'
import { TileStore } from './support/tile-store.ts'
import { uniformReader } from './support/uniform-tree.ts'

const ACCEPTED: Answer = {}
/** The same ones each time: what fails can be asked again. */
const SAMPLES = { numRuns: 200, seed: 6962 }
const SECRET = Buffer.from('a secret that is long enough for it')
const SIZES = [1, 2, 3, 7, 8, 255, 256, 257, 600, 66_000]

describe("Go's libraries for notes and trees", function () {
  this.timeout(180_000)
  const go = useGoProgram()

  it('open the notes that Kansa signs, of every text and name, and no altered one', () => {
    const cases = fc.sample(fc.tuple(noteText, anySigner, fc.nat()), SAMPLES)
    const questions = cases.flatMap(([text, signer, bit]) => {
      const note = signNoteSync(text, [signer]) ?? Buffer.alloc(0)
      // Not in the signature: Go takes base64 whose last bits say nothing, whatever they are.
      const altered = Buffer.concat([flipBit(Buffer.from(text), bit), note.subarray(Buffer.byteLength(text))])
      const { vkey } = signer.verifier
      const keys = vkey === undefined ? [] : [vkey]
      return [note, altered].map(bytes => ({ op: 'open note', note: base64(bytes), keys }))
    })
    const answers = go().ask(questions)
    for (const [at, [text, { verifier }]] of cases.entries()) {
      const expected =
        verifier.vkey === undefined
          ? { error: 'note has no verifiable signatures' }
          : { text, verified: [verifier.name] }
      expect(answers[2 * at]).to.deep.equal(expected)
      expect(answers[2 * at + 1]).to.have.property('error')
    }
  })

  it('sign notes that Kansa opens, with the same bytes where the key is the same', () => {
    const [text, name, seed] = ['a\n\n— b AAAA\n\u{feff}é\n', 'kansa.log/1', Buffer.alloc(32, 9)]
    const { text: ours } = generateSigningKey('kansa.log/2')
    const keys = [formatSigningKey(name, seed), ours]
    const [signed, generated] = go().ask([
      { op: 'sign note', text, keys },
      { op: 'generate key', name: 'go.example/log' },
    ])
    const signers = keys.map(parseSigningKey)
    expect(fromBase64(signed?.note)).to.deep.equal(signNoteSync(text, signers))
    const [theirs, vkey = ''] = [generated?.private ?? '', generated?.public]
    expect(parseSigningKey(theirs).verifier.vkey).to.equal(vkey)
    const [bySomebody] = go().ask([{ op: 'sign note', text, keys: [theirs] }])
    expect(openNote(fromBase64(bySomebody?.note), [parseVerifierKey(vkey)]).text).to.equal(text)
  })

  it('check and make HMAC signatures, from their definition alone', () => {
    const signer = hmacSigner('kansa.log/1', SECRET)
    const shared = { name: 'kansa.log/1', secret: base64(SECRET) }
    const note = signNoteSync('text\n', [signer]) ?? Buffer.alloc(0)
    const [opened, altered, signed] = go().ask([
      { op: 'open note', note: base64(note), ...shared },
      { op: 'open note', note: base64(Buffer.from(note.toString().replace('text', 'test'))), ...shared },
      { op: 'sign note', text: 'text\n', ...shared },
    ])
    expect(opened).to.deep.equal({ text: 'text\n', verified: ['kansa.log/1'] })
    expect(altered?.error).to.match(/^invalid signature/)
    expect(fromBase64(signed?.note)).to.deep.equal(note)
  })

  it('read and write checkpoints as Kansa does', () => {
    // Go's tree notes have an origin of their own; the form is the same.
    const origin = 'go.sum database tree'
    const heads = fc.sample(fc.tuple(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), hash), SAMPLES)
    const texts = heads.map(([size, root]) => formatCheckpoint({ origin, size, root, extensions: [] }))
    const parsed = go().ask(texts.map(text => ({ op: 'parse tree', text })))
    const formatted = go().ask(heads.map(([size, root]) => ({ op: 'format tree', size, root: base64(root) })))
    for (const [at, [size, root]] of heads.entries()) {
      expect(parsed[at]).to.deep.equal({ size, root: base64(root) })
      expect(formatted[at]?.text).to.equal(texts[at])
      expect(parseCheckpoint(formatted[at]?.text ?? '')).to.deep.equal({
        origin,
        size,
        root: Buffer.from(root),
        extensions: [],
      })
    }
    const signer = ed25519Signer('kansa.log/1', Buffer.alloc(32, 5))
    const note = signNoteSync(texts[0] ?? '', [signer]) ?? Buffer.alloc(0)
    const [opened] = go().ask([{ op: 'open note', note: base64(note), keys: [signer.verifier.vkey] }])
    expect(opened?.text).to.equal(texts[0])
    expect(openCheckpoint(note, [signer.verifier]).size).to.equal(heads[0]?.[0])
  })

  /** Questions about records in a tree and about its past, each with one that must fail. */
  function proofQuestions(reader: HashReader, size: number, indexes: number[], oldSizes: number[]): Question[] {
    const root = base64(rootOf(reader, size))
    const records = indexes.map(index => {
      const proof = proveInclusion(reader, index, size).map(base64)
      return { op: 'check record', size, root, index, leaf: base64(reader.hashAt(0, index)), proof }
    })
    const older = oldSizes.map(oldSize => {
      const proof = proveConsistency(reader, oldSize, size).map(base64)
      return { op: 'check tree', size, root, oldSize, oldRoot: base64(rootOf(reader, oldSize)), proof }
    })
    const wrongRoot = base64(Buffer.alloc(32, 1))
    return [...records, ...older].flatMap(question => [question, { ...question, root: wrongRoot }])
  }

  function expectEverySecondAccepted(answers: readonly Answer[]): void {
    for (const [at, answer] of answers.entries()) {
      if (at % 2 === 0) expect(answer).to.deep.equal(ACCEPTED)
      else expect(answer).to.have.property('error')
    }
  }

  it('accept the inclusion and consistency proofs that Kansa makes', () => {
    const leaves = leafHashes(600)
    const tree = new GrowingTree()
    for (const leaf of leaves) tree.appendHash(leaf)
    const store = new TileStore()
    store.store(tree.growthSince(0))
    const reader = new TileHashReader(600, store.read)
    const all = Array.from({ length: 600 }, (_, index) => index)
    expectEverySecondAccepted(go().ask(proofQuestions(reader, 600, all, all.slice(1))))
  })

  it('accept them in trees of up to 2^53-1 records', () => {
    const sizes = [2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 52 + 12_345, Number.MAX_SAFE_INTEGER]
    const questions = sizes.flatMap(size =>
      proofQuestions(
        uniformReader,
        size,
        [0, 2 ** 31 - 1, Math.floor(size / 3), size - 1],
        [1, 2 ** 31 - 1, Math.floor(size / 3), size - 1, size],
      ),
    )
    expectEverySecondAccepted(go().ask(questions))
  })

  it('name the tiles that grow as Kansa does', () => {
    const sizes = [0, 1, 5, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000, 131_072]
    const pairs = sizes.flatMap(oldSize => sizes.filter(size => size >= oldSize).map(size => ({ oldSize, size })))
    const huge = { oldSize: 2 ** 52 + 100, size: 2 ** 52 + 1000 }
    const answers = go().ask([...pairs, huge].map(pair => ({ op: 'new tiles', ...pair })))
    for (const [at, { oldSize, size }] of [...pairs, huge].entries()) {
      expect(Array.from(grownTiles(oldSize, size), tilePath)).to.deep.equal(answers[at]?.paths ?? [])
    }
  })

  for (const size of SIZES) {
    it(`make the same tree of ${size} records: root, tiles and proofs`, () => {
      const entries = Array.from({ length: size }, (_, index) => entry(index))
      const tree = new GrowingTree()
      for (const bytes of entries) tree.append(bytes)
      const { root, tiles } = tree.growthSince(0)
      const store = new TileStore()
      store.store({ size, root, tiles })
      const [index, oldSize] = [Math.floor(size / 3), Math.ceil(size / 2)]
      const asked = { size, index, oldSize, entries: entries.map(base64) }
      const [made] = go().ask([{ op: 'make tree', ...asked }])
      expect(made?.root).to.equal(base64(root))
      const files = Object.fromEntries([...store.files].map(([path, bytes]) => [path, base64(bytes)]))
      expect(Object.keys(files).toSorted()).to.deep.equal(Object.keys(made?.tiles ?? {}).toSorted())
      for (const [path, bytes] of Object.entries(files)) expect(bytes === made?.tiles?.[path], path).to.equal(true)

      const proof = made?.proof?.map(fromBase64) ?? []
      verifyInclusion({ leafHash: leafHash(entry(index)), index, size, root, proof })
      const older = made?.hashes?.map(fromBase64) ?? []
      const oldRoot = rootOf(new TileHashReader(size, store.read), oldSize)
      verifyConsistency({ oldSize, oldRoot, size, root, proof: older })

      // Go's reader checks every tile against the root and refuses one of which a bit is flipped.
      const path = [...store.files.keys()][0] ?? ''
      const altered = { ...files, [path]: base64(flipBit(store.files.get(path) ?? Buffer.alloc(1), 77)) }
      const [read, refused] = go().ask([
        { op: 'read tiles', root: base64(root), ...asked, tiles: files },
        { op: 'read tiles', root: base64(root), ...asked, tiles: altered },
      ])
      expect(read?.error).to.equal(undefined)
      expect(read?.proof).to.deep.equal(made?.proof)
      expect(read?.hashes).to.deep.equal(made?.hashes)
      expect(refused).to.have.property('error')
    })
  }
})
