import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_LISTED } from '../../src/verify/report.ts'
import { lineWithSeq, toolCall, toolCalls } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { changeLines, inShort, removeFolders, sealed, threeFiles, verified } from './support/verified.ts'

const MEBIBYTE = 1024 * 1024

describe('a hostile folder gets a verdict:', () => {
  after(removeFolders)

  it('a line of 400 MB is not read into memory', async () => {
    const folder = threeFiles()
    const path = join(folder.dir, 'audit.jsonl')
    // A hole in the file: it takes no room on the disk.
    truncateSync(path, 400 * MEBIBYTE)
    appendFileSync(path, '\n')
    const before = process.memoryUsage().rss
    expect(inShort(await verified(folder))).to.deep.equal(['torn-line audit.jsonl:11 -'])
    expect(process.memoryUsage().rss - before).to.be.below(200 * MEBIBYTE)
  })

  it('a sealed record longer than any block is one', async () => {
    const long = { id: 'long', text: 'ä'.repeat(3 * MEBIBYTE) }
    const folder = sealed({ records: [toolCall(0), long, toolCall(2)] })
    expect(await verified(folder)).to.include({ status: 'intact', records: 3 })
    changeLines(folder, 'audit.jsonl', lines => lines.map(line => line.replace('ää"', 'äa"')))
    expect(inShort(await verified(folder))).to.deep.equal(['edited-line audit.jsonl:2 1'])
  })

  it('a file of nothing but line breaks', async () => {
    const folder = threeFiles()
    writeFileSync(join(folder.dir, 'audit.jsonl.1'), '\n'.repeat(MEBIBYTE / 4))
    const report = await verified(folder)
    expect(inShort(report)).to.deep.equal(['foreign-file audit.jsonl.1 -', 'missing-line audit.jsonl:1 10'])
  })

  it('a file of NUL bytes', async () => {
    const folder = threeFiles()
    writeFileSync(join(folder.dir, 'audit.jsonl.1'), Buffer.alloc(2 * MEBIBYTE))
    expect((await verified(folder)).status).to.equal('tampered')
  })

  it('more problems than anybody reads are counted', async () => {
    const folder = sealed({ records: toolCalls(2000) })
    changeLines(folder, 'audit.jsonl', lines => lines.filter((_, at) => at % 2 === 0))
    const report = await verified(folder)
    expect(report.problems).to.have.length(MAX_LISTED)
    expect(report.problems.length + report.omitted.problems).to.equal(1000)
    expect(report.gaps.length + report.omitted.gaps).to.equal(1000)
  })

  it('lines in an order that makes no sense', async () => {
    const folder = sealed({ records: toolCalls(3000) })
    const order = [...Array(3000).keys()].toSorted((a, b) => rank(a) - rank(b))
    changeLines(folder, 'audit.jsonl', lines => order.map(at => lines[at] ?? ''))
    const report = await verified(folder)
    expect(report.status).to.equal('tampered')
    expect(report.gaps).to.deep.equal([])
  })

  it('a seq beyond all numbers', async () => {
    const folder = threeFiles()
    for (const seq of ['9007199254740993', '99999999999999999999999', '-1', '1e3', '1.0', '014']) {
      changeLines(folder, 'audit.jsonl', lines => [...lines.slice(0, 9), (lines[9] ?? '').replace(/\d+}$/, `${seq}}`)])
      expect((await verified(folder)).status, seq).to.equal('tampered')
    }
  })

  it('links, folders and FIFOs in place of files are not followed and not waited for', async () => {
    const places = [
      'audit.jsonl.1',
      'seal/checkpoint',
      'seal/checkpoints',
      'seal/kansa.vkey',
      'seal/format',
      'seal/tile/0/000.p/30',
    ]
    const makers: readonly ((path: string) => void)[] = [
      path => symlinkSync('/dev/zero', path),
      path => mkdirSync(path),
      path => execFileSync('mkfifo', [path]),
    ]
    for (const place of places) {
      for (const make of makers) {
        const folder = threeFiles()
        rmSync(join(folder.dir, place))
        make(join(folder.dir, place))
        expect((await verified(folder)).status, place).to.equal('tampered')
      }
    }
  })

  it('folders in folders in seal/tile', async () => {
    const folder = threeFiles()
    mkdirSync(join(folder.dir, `seal/tile/0/${'x000/'.repeat(40)}`), { recursive: true })
    const report = await verified(folder)
    expect(report.problems.map(({ kind }) => kind)).to.deep.equal(['changed-file'])
  })

  it('a history of checkpoints that is far too large', async () => {
    const folder = threeFiles()
    truncateSync(join(folder.dir, 'seal/checkpoints'), 40 * MEBIBYTE)
    expect((await verified(folder)).status).to.not.equal('intact')
    appendFileSync(join(folder.dir, 'seal/checkpoints'), '\n\nmore\n\n')
    expect((await verified(folder)).status).to.equal('tampered')
  })

  it('a checkpoint of a size that no log has', async () => {
    const folder = threeFiles()
    const text = (folder.notes.at(-1) ?? '').toString().replace('\n30\n', '\n9007199254740991\n')
    writeFileSync(join(folder.dir, 'seal/checkpoint'), text)
    expect((await verified(folder)).status).to.equal('tampered')
  })

  it('any bytes in any file', async () => {
    const files = [
      'audit.jsonl',
      'audit.jsonl.1',
      '.gitignore',
      'seal/format',
      'seal/kansa.vkey',
      'seal/checkpoint',
      'seal/checkpoints',
      'seal/tile/0/000.p/4',
    ]
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: 'grapheme' }).map(text => Buffer.from(text)),
    )
    const property = fc.asyncProperty(fc.constantFrom(...files), bytes, async (name, content) => {
      const folder = small()
      const path = join(folder.dir, name)
      writeFileSync(path, content)
      const outcome = await verified(folder).then(
        ({ status }) => status,
        ({ code }: { code: string }) => code,
      )
      expect(outcome).to.be.oneOf(['tampered', 'incomplete'])
    })
    await fc.assert(property, { numRuns: 150 })
  })
})

function small(): SealedFolder {
  return sealed({ records: toolCalls(4), files: [2, 2], checkpoints: [3, 4] })
}

/** Any order, the same in every run. */
function rank(n: number): number {
  return createHash('sha256').update(lineWithSeq({}, n)).digest().readUInt32BE()
}
