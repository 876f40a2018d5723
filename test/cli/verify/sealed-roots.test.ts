import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { sealedRoot } from '../../../src/cli/verify/sealed-roots.ts'
import { ORIGIN, rootOfLines, sealedFolder, toolCalls } from '../../support/sealed-folder.ts'

describe('the root that a log was sealed with', () => {
  it('is found at every size that has a checkpoint, and at no other', async () => {
    const checkpoints = Array.from({ length: 300 }, (_, at) => (at + 1) * 2)
    const { dir, lines } = sealedFolder({ records: toolCalls(600), checkpoints })
    for (const size of [0, 2, 4, 400, 598, 600]) {
      expect(await sealedRoot(dir, ORIGIN, size), `${size}`).to.equal(rootOfLines(lines.slice(0, size)))
    }
    for (const size of [1, 3, 60_000]) expect(await sealedRoot(dir, ORIGIN, size)).to.equal(undefined)
    expect(await sealedRoot(dir, 'kansa.log/other', 2)).to.equal(undefined)
    rmSync(dir, { recursive: true })
  })

  it('is none where there are no checkpoints', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'kansa-roots-'))
    expect(await sealedRoot(dir, ORIGIN, 1)).to.equal(undefined)
    rmSync(dir, { recursive: true })
  })
})
