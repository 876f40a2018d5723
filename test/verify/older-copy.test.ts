import { expect } from 'chai'
import { parseKeptCheckpoint } from '../../src/verify/kept-checkpoint.ts'
import type { KeptCheckpoint } from '../../src/verify/kept-checkpoint.ts'
import { signedCheckpoint, testSigner, toolCall, toolCalls } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { inShort, removeFolders, threeFiles, verified } from './support/verified.ts'

function kept(note: Buffer | undefined): { kept: KeptCheckpoint[] } {
  return { kept: [parseKeptCheckpoint(note ?? Buffer.alloc(0), 'kept.checkpoint')] }
}

/** The same log, ten records later. */
function grown(): SealedFolder {
  return threeFiles({ records: toolCalls(40), files: [10, 10, 20], checkpoints: [7, 15, 23, 30, 40] })
}

describe('a checkpoint that was kept elsewhere', () => {
  after(removeFolders)

  for (const index of [0, 1, 2, 3, 4]) {
    it(`is contained in the log that it is of (number ${index})`, async () => {
      const folder = threeFiles()
      expect((await verified(folder, kept(folder.notes[index]))).status).to.equal('intact')
    })
  }

  it('need not be one of those in the folder', async () => {
    const folder = threeFiles()
    const note = signedCheckpoint(folder.lines.slice(0, 11), [testSigner()])
    expect((await verified(folder, kept(note))).status).to.equal('intact')
  })

  it('shows that an older copy of the whole folder was restored', async () => {
    const older = threeFiles()
    const newer = grown()
    const report = await verified(older, kept(newer.notes.at(-1)))
    expect(report.status).to.equal('tampered')
    expect(inShort(report)).to.deep.equal(['rolled-back - 30'])
    expect(report.problems[0]?.message).to.contain('kept.checkpoint covers 40')
  })

  it('shows that the log was written anew with its own key', async () => {
    const forged = threeFiles({ records: toolCalls(30).with(3, toolCall(77)) })
    const report = await verified(forged, kept(threeFiles().notes[2]))
    expect(inShort(report)).to.deep.equal(['rolled-back seal/checkpoint -'])
  })

  it('of the same size shows that, too', async () => {
    const forged = threeFiles({ records: toolCalls(30).with(3, toolCall(77)) })
    expect(inShort(await verified(forged, kept(threeFiles().notes.at(-1))))).to.deep.equal([
      'rolled-back seal/checkpoint -',
    ])
  })

  it('shows that the keys were exchanged', async () => {
    const forged = threeFiles({ signersAt: () => [testSigner(9)] })
    expect(inShort(await verified(forged, kept(threeFiles().notes[2])))).to.deep.equal(['wrong-key - -'])
  })

  it('of another log is passed over', async () => {
    const other = threeFiles({ origin: 'kansa.log/other', records: toolCalls(50), files: [50], checkpoints: [50] })
    expect((await verified(threeFiles(), kept(other.notes.at(-1)))).status).to.equal('intact')
  })

  it('is refused where its signature does not fit', async () => {
    const folder = threeFiles()
    const changed = Buffer.from((folder.notes[2] ?? '').toString().replace('\n15\n', '\n16\n'))
    const error = await verified(folder, kept(changed)).then(undefined, (thrown: unknown) => thrown)
    expect(error).to.have.property('code', 'KANSA_INVALID_CHECKPOINT')
  })

  it('is refused where it is none', () => {
    expect(() => kept(Buffer.from('hello\n')))
      .to.throw()
      .with.property('code', 'KANSA_INVALID_CHECKPOINT')
  })
})
