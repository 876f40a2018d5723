import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { tamperingCases } from './support/tampering/cases.ts'
import { CORPUS, readCase, storedCaseNames, unpackCorpus, writeCase } from './support/tampering/corpus.ts'
import { readFolder } from './support/tampering/log-folder.ts'
import { verdictOn } from './support/tampering/verify-case.ts'

/** They say what the folder is. */
const BESIDE_CASES = ['.gitattributes', 'README.md']

describe('the tampering corpus', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kansa-corpus-'))
  before(() => unpackCorpus(join(folder, 'corpus')))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('is what its generator writes (else: node scripts/tampering-corpus.ts)', () => {
    const written = join(folder, 'written')
    for (const each of tamperingCases()) writeCase(written, each)
    const [kept, made] = [readFolder(CORPUS), readFolder(written)]
    expect([...kept.keys()].toSorted()).to.deep.equal([...made.keys(), ...BESIDE_CASES].toSorted())
    const different = [...made].filter(([path, bytes]) => kept.get(path)?.equals(bytes) !== true)
    expect(different.map(([path]) => path)).to.deep.equal([])
  })

  for (const name of storedCaseNames()) {
    const stored = readCase(name)
    const found = stored.kinds.length === 0 ? stored.status : `${stored.status} (${stored.kinds.join(', ')})`
    it(`is found ${found}: ${name}`, async () => {
      const { status, kinds, reports } = await verdictOn(join(folder, 'corpus', name), stored)
      const problems = reports.flatMap(report => report.problems.map(({ message }) => message))
      expect({ status, kinds }, problems.join('\n')).to.deep.equal({ status: stored.status, kinds: stored.kinds })
    })
  }
})
