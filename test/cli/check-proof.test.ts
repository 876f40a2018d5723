import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ORIGIN, sealedFolder, testSigner, toolCalls } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { extensionProof, recordProof } from '../verify/support/proofs.ts'
import { type Finished, kansa } from './support/kansa.ts'

const KEY = testSigner().verifier.vkey ?? ''
const STRANGE_KEY = testSigner(2).verifier.vkey ?? ''
const SIGNED = `signed by ${KEY.split('+').slice(0, 2).join('+')}`

describe('kansa verify of a proof', () => {
  let cwd: string
  before(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'kansa-check-'))
    const log: SealedFolder = sealedFolder({ records: toolCalls(12), checkpoints: [5, 12] })
    const { file, line } = await recordProof(log.dir, 7)
    writeFileSync(join(cwd, 'proof'), file)
    writeFileSync(join(cwd, 'line'), line)
    writeFileSync(join(cwd, 'other-line'), log.lines[8] ?? '')
    writeFileSync(join(cwd, 'kept'), log.notes[1] ?? '')
    writeFileSync(join(cwd, 'growth'), (await extensionProof(log.dir, log.notes[1])).file)
    writeFileSync(join(cwd, 'keys'), `# of the log\n${STRANGE_KEY}\n${KEY}\n`)
    rmSync(log.dir, { recursive: true })
  })
  after(() => rmSync(cwd, { recursive: true, force: true }))

  const verify = async (...args: readonly string[]): Promise<Finished> => await kansa(['verify', ...args], { cwd })

  it('says which record of which log is proven, without any journal', async () => {
    const expected = {
      code: 0,
      stdout: `proven: record 7 of the log ${ORIGIN} (tree size 12, ${SIGNED})\n`,
      stderr: '',
    }
    const proof = ['--proof', 'proof', '--line', 'line']
    expect(await verify(...proof, '--key', KEY)).to.deep.equal(expected)
    expect(await verify(...proof, '--key-file', 'keys', '--origin', ORIGIN)).to.deep.equal(expected)
    const { code, stdout } = await verify(...proof, '--key', KEY, '--json')
    expect([code, JSON.parse(stdout)]).to.deep.equal([
      0,
      { status: 'proven', origin: ORIGIN, seq: 7, treeSize: 12, signedBy: [SIGNED.replace('signed by ', '')] },
    ])
  })

  it('exits with 1 and the reason where it is not', async () => {
    const cases = [
      { args: ['--line', 'other-line', '--key', KEY], message: 'not record 7' },
      { args: ['--line', 'line', '--key', STRANGE_KEY], message: 'none of the trusted keys' },
      { args: ['--line', 'line', '--key', KEY, '--origin', 'kansa.log/other'], message: 'not of kansa.log/other' },
    ]
    for (const { args, message } of cases) {
      const { code, stdout, stderr } = await verify('--proof', 'proof', ...args)
      expect([code, stdout]).to.deep.equal([1, ''])
      expect(stderr)
        .to.match(/^kansa: not proven: /)
        .and.include(message)
    }
    const { code, stdout } = await verify('--proof', 'line', '--line', 'line', '--key', KEY, '--json')
    expect([code, JSON.parse(stdout)]).to.deep.equal([
      1,
      { status: 'not-proven', message: 'the proof is malformed: no empty line stands before the checkpoint' },
    ])
  })

  it('checks that a log only grew since an older checkpoint', async () => {
    const { code, stdout } = await verify('--consistency', 'growth', '--from', 'kept', '--key', KEY)
    expect([code, stdout]).to.deep.equal([
      0,
      `proven: the log ${ORIGIN} only grew since it had 5 records (tree size 12, ${SIGNED})\n`,
    ])
    const refused = await verify('--consistency', 'growth', '--from', 'kept', '--key', STRANGE_KEY)
    expect(refused.code, refused.stderr).to.equal(1)
  })

  it('checks nothing without a key, half of what it takes, or more', async () => {
    const whole = ['--proof', 'proof', '--line', 'line']
    const halves = [
      [...whole, '--at-least', 'kept'],
      [...whole, '--dir', '.'],
      ['--proof', 'proof'],
      ['--line', 'line'],
      ['--from', 'kept'],
      [...whole, '--from', 'kept'],
    ]
    const cases = [whole, ...halves.map(flags => [...flags, '--key', KEY])]
    for (const args of cases) {
      const { code, stdout, stderr } = await verify(...args)
      expect([code, stdout], `${args.join(' ')}: ${stderr}`).to.deep.equal([2, ''])
    }
    expect((await verify('--proof', 'nothing', '--line', 'line', '--key', KEY)).code).to.equal(3)
  })
})
