import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { hmacSigner } from '../../src/seal/hmac-key.ts'
import { formatHmacKey } from '../../src/seal/key-text.ts'
import { checkExtension } from '../../src/verify/proof/check-extension.ts'
import { checkRecord } from '../../src/verify/proof/check-record.ts'
import {
  ORIGIN,
  appendLines,
  lineWithSeq,
  sealedFolder,
  testSigner,
  toolCall,
  toolCalls,
} from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { TRUST } from '../verify/support/proofs.ts'
import { type Finished, kansa } from './support/kansa.ts'
import { stateOf } from './support/doctor.ts'

const OTHER = 'kansa.log/other'

describe('kansa prove', () => {
  let cwd: string
  let log: SealedFolder
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'kansa-prove-'))
    log = sealedFolder({ dir: join(cwd, 'audit'), records: toolCalls(12), files: [6, 6], checkpoints: [5, 12] })
  })
  afterEach(() => rmSync(cwd, { recursive: true, force: true }))

  const run = async (...args: readonly string[]): Promise<Finished> => await kansa(['prove', ...args], { cwd })
  const bytesOf = (name: string): Buffer => readFileSync(join(cwd, name))
  const idOf = (n: number): string => `0199c0de-0000-7000-8000-${String(n).padStart(12, '0')}`
  const expectFailure = async (code: number, message: string, ...args: readonly string[]): Promise<void> => {
    const finished = await run(...args)
    expect(finished.stderr).to.include(message)
    expect([finished.code, finished.stdout]).to.deep.equal([code, ''])
  }
  /** A second log, of another writer. */
  const addWriter = (): SealedFolder =>
    sealedFolder({
      dir: join(log.dir, 'writers/second'),
      origin: OTHER,
      records: toolCalls(20).slice(12),
      checkpoints: [3, 8],
    })

  it('writes a proof that can be checked with the line and the key, and changes nothing in the folder', async () => {
    const before = stateOf(log.dir)
    const { code, stdout, stderr } = await run('7')
    expect([code, stderr]).to.deep.equal([0, ''])
    const proven = checkRecord(Buffer.from(stdout), log.lines[7] ?? Buffer.alloc(0), TRUST)
    expect(proven).to.include({ origin: ORIGIN, seq: 7, treeSize: 12 })
    expect(stateOf(log.dir)).to.deep.equal(before)
  })

  it('writes proof and line to files, and never over others', async () => {
    const { code, stdout, stderr } = await run('7', '--out', '7.tlog-proof', '--line-out', '7.json')
    expect([code, stdout]).to.deep.equal([0, ''])
    expect(stderr).to.include(`7.tlog-proof proves record 7 of the log ${ORIGIN}`)
    expect(bytesOf('7.json')).to.deep.equal(log.lines[7])
    expect(statSync(join(cwd, '7.json')).mode & 0o777).to.equal(0o600)
    expect(checkRecord(bytesOf('7.tlog-proof'), bytesOf('7.json'), TRUST).seq).to.equal(7)
    await expectFailure(2, '7.tlog-proof is there already', '8', '--out', '7.tlog-proof', '--line-out', '8.json')
    await expectFailure(2, '7.json is there already', '8', '--out', '8.tlog-proof', '--line-out', '7.json')
    expect(readdirSync(cwd).toSorted()).to.deep.equal(['7.json', '7.tlog-proof', 'audit'])
  })

  it('finds a record by its id in any of the logs; a number needs the folder of one log', async () => {
    const other = addWriter()
    const { stdout } = await run(idOf(14))
    expect(checkRecord(Buffer.from(stdout), other.lines[2] ?? Buffer.alloc(0), TRUST)).to.include({
      origin: OTHER,
      seq: 2,
    })
    await expectFailure(2, 'with --dir: ./audit, audit/writers/second', '2')
    const { stdout: same } = await run('2', '--dir', 'audit/writers/second')
    expect(same).to.equal(stdout)
    await expectFailure(2, 'no record has the id "nobody"', 'nobody')
    await expectFailure(2, 'no record has the id ""', '')
  })

  it('refuses an id that two records have, and a record that has no seq', async () => {
    const active = join(log.dir, 'audit.jsonl')
    appendLines(active, [lineWithSeq(toolCall(3), 12), '{"id":"foreign"}'])
    await expectFailure(2, 'several records have this id: 3 in ./audit, 12 in ./audit', idOf(3))
    await expectFailure(2, 'has no seq', 'foreign')
  })

  it('tells what is altered from what is not sealed yet, unknown or unreadable', async () => {
    const [oldest = '', active = ''] = log.files
    appendLines(active, [lineWithSeq(toolCall(12), 12)])
    writeFileSync(oldest, readFileSync(oldest, 'utf8').replace('call-3"', 'call-4"'))
    await expectFailure(1, 'not proven: the line of record 3', '3')
    await expectFailure(4, 'not sealed yet', '12')
    await expectFailure(2, 'no record 13', '13')
    await expectFailure(3, 'is no folder', '3', '--dir', active)
    await expectFailure(3, 'there is no nowhere', '3', '--dir', 'nowhere')
    await expectFailure(2, 'which record?')
  })

  it('refuses the log of a newer Kansa, as every reading command does', async () => {
    writeFileSync(join(log.dir, 'seal/format'), '{"format":2,"origin":"x"}\n')
    await expectFailure(3, 'has format version 2, this Kansa knows up to 1', '7')
  })

  it('proves a record whose file was deleted with a copy of its line', async () => {
    rmSync(join(log.dir, 'audit.jsonl.1'))
    await expectFailure(1, 'begins with record 6', '3')
    writeFileSync(join(cwd, 'copy'), `${log.lines[3]?.toString()}\n`)
    const { stdout } = await run('3', '--line', 'copy')
    expect(checkRecord(Buffer.from(stdout), bytesOf('copy'), TRUST).seq).to.equal(3)
  })

  it('checks the checkpoint with the keys it is given, or those beside the log, or the shared secret', async () => {
    const strange = testSigner(2).verifier.vkey ?? ''
    await expectFailure(1, 'none of the trusted keys', '3', '--key', strange)
    await expectFailure(2, 'A verifier key is', '3', '--key', strange.slice(1))
    expect((await run('3', '--key', strange, '--key', log.vkeys[0] ?? '')).code).to.equal(0)

    const secret = Buffer.alloc(32, 9)
    const signersAt = (): ReturnType<typeof hmacSigner>[] => [hmacSigner(OTHER, secret)]
    sealedFolder({ dir: join(cwd, 'audit/writers/shared'), origin: OTHER, records: toolCalls(2), signersAt })
    const dir = ['--dir', 'audit/writers/shared']
    await expectFailure(1, 'none of the trusted keys', '1', ...dir)
    writeFileSync(join(cwd, 'secret'), `${formatHmacKey(OTHER, secret)}\n`)
    expect((await run('1', ...dir, '--key-file', 'secret')).code).to.equal(0)
    mkdirSync(join(log.dir, 'keys'))
    writeFileSync(join(log.dir, 'keys/signing.key'), bytesOf('secret'))
    expect((await run('1', ...dir)).code).to.equal(0)
  })

  it('proves that a log extends an older checkpoint of it, whichever of the logs that is', async () => {
    const other = addWriter()
    for (const { notes, origin } of [log, other]) {
      writeFileSync(join(cwd, 'kept'), notes[1] ?? '')
      const { code, stdout } = await run('--consistency', 'kept')
      expect(code).to.equal(0)
      expect(checkExtension(Buffer.from(stdout), bytesOf('kept'), TRUST).origin).to.equal(origin)
    }
    writeFileSync(join(other.dir, 'seal/checkpoint'), other.notes[0] ?? '')
    await expectFailure(1, 'rolled back', '--consistency', 'kept')
    rmSync(other.dir, { recursive: true })
    await expectFailure(1, `one of the log ${ORIGIN}, not of ${OTHER}`, '--consistency', 'kept')
    await expectFailure(2, 'no signed checkpoint', '--consistency', 'audit/seal/checkpoints')
    await expectFailure(2, 'does not go with it', '3', '--consistency', 'kept')
    await expectFailure(3, 'cannot read nothing', '--consistency', 'nothing')
  })
})
