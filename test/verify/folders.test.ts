import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { LogReport } from '../../src/verify/report.ts'
import { verify } from '../../src/verify.ts'
import { sealedFolder, testSigner, toolCalls } from '../support/sealed-folder.ts'

describe('an audit folder', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'kansa-verify-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const log = (name: string, origin: string): ReturnType<typeof sealedFolder> =>
    sealedFolder({ dir: join(dir, name), origin, records: toolCalls(5), signersAt: () => [testSigner(1, 'main')] })
  const codeOf = async (reports: Promise<LogReport[]>): Promise<unknown> =>
    await reports.then(undefined, (error: unknown) => error)

  it('is verified with all the logs in it, its own first', async () => {
    log('', 'main')
    log('writers/b', 'second')
    log('writers/a', 'first')
    const reports = await verify({ dir, keys: [testSigner(1, 'main').verifier.vkey ?? ''] })
    expect(reports.map(({ origin, status, trust }) => [origin, status, trust])).to.deep.equal([
      ['main', 'intact', 'pinned'],
      ['first', 'intact', 'pinned'],
      ['second', 'intact', 'pinned'],
    ])
  })

  it('may have logs of further processes only', async () => {
    log('writers/a', 'first')
    expect((await verify({ dir })).map(report => report.dir)).to.deep.equal([join(dir, 'writers/a')])
  })

  it('misses a log whose lines are gone while its seal is there', async () => {
    log('', 'main')
    rmSync(join(log('writers/a', 'first').dir, 'audit.jsonl'))
    expect((await verify({ dir })).map(({ status }) => status)).to.deep.equal(['intact', 'tampered'])
  })

  it('is not entered through links', async () => {
    const other = sealedFolder({ records: toolCalls(5) })
    log('', 'main')
    mkdirSync(join(dir, 'writers'))
    symlinkSync(other.dir, join(dir, 'writers/a'))
    expect(await verify({ dir })).to.have.length(1)
    rmSync(other.dir, { recursive: true })
  })

  it('must contain the logs whose checkpoints were kept', async () => {
    const main = log('', 'main')
    const writer = log('writers/a', 'first')
    const atLeast = [main, writer].map(({ notes }) => notes.at(-1) ?? '')
    expect((await verify({ dir, atLeast })).map(({ status }) => status)).to.deep.equal(['intact', 'intact'])
    rmSync(writer.dir, { recursive: true })
    const [report] = await verify({ dir, atLeast })
    expect(report).to.include({ status: 'tampered' })
    expect(report?.problems[0]).to.include({ kind: 'rolled-back' }).and.property('message').contains('first')
  })

  it('is refused where there is none, no journal in it, or a file in its place', async () => {
    expect(await codeOf(verify({ dir: join(dir, 'none') }))).to.include({ code: 'KANSA_UNREADABLE' })
    expect(await codeOf(verify({ dir }))).to.include({ code: 'KANSA_UNREADABLE' })
    writeFileSync(join(dir, 'audit.jsonl'), '')
    expect(await codeOf(verify({ dir: join(dir, 'audit.jsonl') }))).to.include({ code: 'KANSA_UNREADABLE' })
  })

  it('is refused where a newer Kansa wrote it', async () => {
    log('', 'main')
    writeFileSync(join(dir, 'seal/format'), '{"format":2,"origin":"main","more":true}\n')
    expect(await codeOf(verify({ dir }))).to.include({ code: 'KANSA_FORMAT_NEWER' })
  })

  it('is refused for keys and checkpoints that are none', async () => {
    log('', 'main')
    expect(await codeOf(verify({ dir, keys: ['main'] }))).to.include({ code: 'KANSA_INVALID_KEY' })
    expect(await codeOf(verify({ dir, atLeast: ['main\n'] }))).to.include({ code: 'KANSA_INVALID_CHECKPOINT' })
  })
})
