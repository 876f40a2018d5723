/** What is stored in `seal/`, read and recomputed with nothing but node:crypto: what an auditor's own program would do. */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { listLogFiles } from '../../../src/journal/layout.ts'

const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex')

export interface StoredCheckpoint {
  readonly origin: string
  readonly size: number
  /** Base64. */
  readonly root: string
  /** Names of the keys that signed, in order. */
  readonly signedBy: readonly string[]
  /** The whole note. */
  readonly note: string
}

/** All checkpoints of the log, oldest first. */
export function checkpointsIn(dir: string): StoredCheckpoint[] {
  const parts = readFileSync(join(dir, 'seal', 'checkpoints'), 'utf8').split('\n\n')
  expect(parts.pop(), 'what follows the last checkpoint').to.equal('')
  return Array.from({ length: parts.length / 2 }, (_, at) => checkpointOf(`${parts[2 * at]}\n\n${parts[2 * at + 1]}\n`))
}

export function sizesIn(dir: string): number[] {
  return checkpointsIn(dir).map(({ size }) => size)
}

export function newestIn(dir: string): StoredCheckpoint {
  return checkpointOf(readFileSync(join(dir, 'seal', 'checkpoint'), 'utf8'))
}

/** The stored lines, without their line breaks, oldest first. */
export function linesIn(dir: string): Buffer[] {
  return listLogFiles(dir).flatMap(file =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map(line => Buffer.from(line)),
  )
}

/** Base64 root of the tree of these lines, straight from the definition in RFC 6962. */
export function rootOf(lines: readonly Buffer[]): string {
  return rootOfHashes(lines.map(leafHash)).toString('base64')
}

/**
 * The seal in `dir` is whole: each checkpoint has the root of the lines and a signature by a key of `kansa.vkey`, the
 * newest one is the last one and covers all lines, and the tiles hold the hashes of the lines.
 */
export function expectSealedToTheEnd(dir: string): void {
  const lines = linesIn(dir)
  const checkpoints = checkpointsIn(dir)
  const keys = readFileSync(join(dir, 'seal', 'kansa.vkey'), 'utf8')
    .split('\n')
    .slice(0, -1)
  for (const { size, root, note } of checkpoints) {
    expect(root, `root of ${size} records`).to.equal(rootOf(lines.slice(0, size)))
    expect(
      keys.filter(key => isSignedBy(note, key)),
      note,
    ).to.not.be.empty
  }
  const sizes = sizesIn(dir)
  expect(sizes).to.deep.equal([...new Set(sizes)].toSorted((a, b) => a - b))
  expect(sizes[0]).to.equal(0)
  expect(newestIn(dir)).to.deep.equal(checkpoints.at(-1))
  expect(newestIn(dir).size).to.equal(lines.length)
  expectTilesOf(dir, lines)
}

/** The tiles are exactly those of the tree of these lines: none is missing, none is left from before. */
export function expectTilesOf(dir: string, lines: readonly Buffer[]): void {
  expect(Object.keys(tilesIn(dir)).toSorted()).to.deep.equal(Object.keys(tilesOf(lines)).toSorted())
  expect(tilesIn(dir)).to.deep.equal(tilesOf(lines))
}

/** The stored tiles as hexadecimal text, by their path below `seal/`. */
export function tilesIn(dir: string): Record<string, string> {
  const folder = join(dir, 'seal', 'tile')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(join(dir, 'seal').length + 1), readFileSync(path).toString('hex')]
    }),
  )
}

function tilesOf(lines: readonly Buffer[]): Record<string, string> {
  const tiles: Record<string, string> = {}
  let hashes = lines.map(leafHash)
  for (let level = 0; hashes.length > 0; level++) {
    const above: Buffer[] = []
    for (let first = 0; first < hashes.length; first += 256) {
      const tile = hashes.slice(first, first + 256)
      const path = `tile/${level}/${String(first / 256).padStart(3, '0')}`
      tiles[tile.length < 256 ? `${path}.p/${tile.length}` : path] = Buffer.concat(tile).toString('hex')
      if (tile.length === 256) above.push(rootOfHashes(tile))
    }
    hashes = above
  }
  return tiles
}

function checkpointOf(note: string): StoredCheckpoint {
  const [origin = '', size = '', root = '', empty, ...signatures] = note.split('\n')
  expect([empty, signatures.pop()]).to.deep.equal(['', ''])
  expect(size).to.match(/^(0|[1-9]\d*)$/)
  const signedBy = signatures.map(line => /^\u{2014} (\S+) \S+$/u.exec(line)?.[1] ?? `no signature: ${line}`)
  return { origin, size: Number(size), root, signedBy, note }
}

/** Whether the note has a signature by this Ed25519 key, which is given as `name+id+base64`. */
function isSignedBy(note: string, vkey: string): boolean {
  const [, name, id, key = ''] = /^([^+]+)\+([^+]+)\+(.*)$/.exec(vkey) ?? []
  const split = note.lastIndexOf('\n\n')
  const text = Buffer.from(note.slice(0, split + 1))
  const raw = Buffer.from(key, 'base64').subarray(1)
  const publicKey = createPublicKey({ key: Buffer.concat([PUBLIC_DER, raw]), format: 'der', type: 'spki' })
  return note
    .slice(split + 2, -1)
    .split('\n')
    .map(line => line.split(' '))
    .some(([, signer, signature = '']) => {
      const bytes = Buffer.from(signature, 'base64')
      const isNamed = signer === name && bytes.subarray(0, 4).toString('hex') === id
      return isNamed && verify(null, text, publicKey, bytes.subarray(4))
    })
}

function leafHash(line: Buffer): Buffer {
  return sha256(Buffer.from([0]), line)
}

function rootOfHashes(hashes: readonly Buffer[]): Buffer {
  const [first] = hashes
  if (first === undefined) return sha256()
  if (hashes.length === 1) return first
  const left = 2 ** Math.ceil(Math.log2(hashes.length) - 1)
  return sha256(Buffer.from([1]), rootOfHashes(hashes.slice(0, left)), rootOfHashes(hashes.slice(left)))
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest()
}
