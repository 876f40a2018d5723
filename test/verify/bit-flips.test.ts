import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect } from 'chai'
import { KansaError } from '../../src/errors.ts'
import { lineWithSeq, retentionDeleted, rootOfLines, testSigner } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { flipBit, removeFolders, sealed, verified } from './support/verified.ts'

const ORIGIN = 'a'

function tiny(n: number): object {
  return { id: n }
}

/** Two files, a checkpoint between. */
function smallest(): SealedFolder {
  return sealed({
    records: [0, 1, 2].map(tiny),
    files: [2, 1],
    checkpoints: [3],
    origin: ORIGIN,
    signersAt: () => [testSigner(1, ORIGIN)],
  })
}

/** The key was rotated, and the oldest file deleted by retention. */
function eventful(): SealedFolder {
  const root = rootOfLines([0, 1].map(n => lineWithSeq(tiny(n), n)))
  const folder = sealed({
    records: [tiny(0), tiny(1), tiny(2), retentionDeleted('audit.jsonl.2', 0, 1, root), tiny(4)],
    files: [2, 2, 1],
    checkpoints: [3, 5],
    origin: ORIGIN,
    signersAt: size => [testSigner(1, ORIGIN), testSigner(2, ORIGIN)].slice(size === 5 ? 1 : 0, size === 0 ? 1 : 2),
  })
  rmSync(join(folder.dir, 'audit.jsonl.2'))
  return folder
}

function filesIn({ dir }: SealedFolder): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map(name => join(dir, name))
    .filter(path => statSync(path).isFile())
}

async function statusOf(folder: SealedFolder): Promise<string> {
  try {
    return (await verified(folder)).status
  } catch (error) {
    // A flipped version number is that of a newer Kansa.
    if (error instanceof KansaError && error.code === 'KANSA_FORMAT_NEWER') return error.code
    throw error
  }
}

/** The bits that nobody misses when they are flipped, every `step`th being tried. */
async function unnoticed(folder: SealedFolder, step: number): Promise<string[]> {
  const missed: string[] = []
  for (const path of filesIn(folder)) {
    for (let bit = 0; bit < readFileSync(path).length * 8; bit += step) {
      flipBit(path, bit)
      if ((await statusOf(folder)) === 'intact') missed.push(`bit ${bit} of ${relative(folder.dir, path)}`)
      flipBit(path, bit)
    }
  }
  return missed
}

describe('every single flipped bit is found', function () {
  this.timeout(120_000)
  after(removeFolders)

  it('in a small log, each of them', async () => {
    const folder = smallest()
    expect((await verified(folder)).status).to.equal('intact')
    expect(await unnoticed(folder, 1)).to.deep.equal([])
    expect((await verified(folder)).status).to.equal('intact')
  })

  it('in a log with a rotated key and a deleted file, one of seven', async () => {
    const folder = eventful()
    expect((await verified(folder)).status).to.equal('intact')
    expect(await unnoticed(folder, 7)).to.deep.equal([])
  })
})
