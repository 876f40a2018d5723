// Two verifiers, one format: examples/verifier-go was written from docs/file-format.md, not from Kansa's code.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { missingGo } from '../seal/support/go-program.ts'
import { EXIT_CODES, readCase, storedCaseNames, unpackCorpus } from './support/tampering/corpus.ts'
import { damage, inflict } from './support/tampering/random-damage.ts'
import { statusBy } from './support/tampering/verify-case.ts'

const SOURCE = join(import.meta.dirname, '../../examples/verifier-go')
const CANNOT_BE_CHECKED = 3
/** `SLOW=1` for a nightly check. */
const DAMAGED = process.env['SLOW'] === '1' ? 10_000 : 100

describe('the second verifier, in Go', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kansa-verifier-go-'))
  const program = join(folder, 'verifier')
  const corpus = join(folder, 'corpus')

  before(function () {
    this.timeout(180_000)
    const reason = missingGo()
    if (reason !== undefined) {
      console.log(`      skipped: ${reason}`)
      this.skip()
    }
    execFileSync('go', ['build', '-mod=readonly', '-o', program, '.'], { cwd: SOURCE, stdio: 'pipe' })
    unpackCorpus(corpus)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  function verify(...args: readonly string[]): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
    return { status, output: stdout + stderr }
  }

  for (const name of storedCaseNames()) {
    const { keys = [], atLeast, sharedKey, status, exitCode } = readCase(name)
    const hasUnknownKey = sharedKey !== undefined
    it(`says ${hasUnknownKey ? 'that it knows no shared secrets' : status}: ${name}`, () => {
      const found = verify(
        ...keys.flatMap(key => ['-key', key]),
        ...(atLeast === undefined ? [] : ['-at-least', join(corpus, name, atLeast)]),
        join(corpus, name, 'log'),
      )
      expect(found.status, found.output).to.equal(hasUnknownKey ? CANNOT_BE_CHECKED : exitCode)
      if (status !== 'unreadable' && !hasUnknownKey) expect(found.output).to.include(`${status}: `)
    })
  }

  it(`says what Kansa's own verifier says of ${DAMAGED} folders with random damage`, async function () {
    this.timeout(DAMAGED * 100)
    const undamaged = storedCaseNames().filter(name => name.startsWith('in') && readCase(name).sharedKey === undefined)
    const samples = fc.tuple(fc.constantFrom(...undamaged), fc.array(damage, { minLength: 1, maxLength: 2 }))
    for (const [name, damages] of fc.sample(samples, { numRuns: DAMAGED, seed: 6962 })) {
      const dir = join(folder, 'damaged')
      cpSync(join(corpus, name, 'log'), dir, { recursive: true })
      const done = damages.map(one => inflict(dir, one))
      const expected = EXIT_CODES[await statusBy({ dir })]
      const found = verify(dir)
      expect(found.status, `${name}: ${done.join(', ')}: ${found.output}`).to.equal(expected)
      rmSync(dir, { recursive: true })
    }
  })

  it('refuses what it cannot read', () => {
    expect(verify(join(folder, 'nothing')).status).to.equal(CANNOT_BE_CHECKED)
    expect(verify('-key', 'no-key', corpus).status).to.equal(2)
    expect(verify().status).to.equal(2)
  })
})
