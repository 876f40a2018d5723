import { expect } from 'chai'
import { appendLines, lineWithSeq, toolCall } from '../support/sealed-folder.ts'
import { changeLines, removeFolders, threeFiles, verified } from './support/verified.ts'

describe('the report', () => {
  after(removeFolders)

  it('has every field, whatever is found', async () => {
    const folder = threeFiles()
    const report = await verified(folder)
    expect(Object.keys(report)).to.deep.equal([
      'dir',
      'status',
      'trust',
      'origin',
      'writer',
      'treeSize',
      'firstSeq',
      'lastSeq',
      'records',
      'unsealed',
      'checkpoints',
      'keys',
      'retained',
      'gaps',
      'adopted',
      'unfinished',
      'auditFailures',
      'files',
      'problems',
      'omitted',
    ])
    expect(JSON.parse(JSON.stringify(report))).to.deep.equal(report)
  })

  it('counts what is sealed and what is not', async () => {
    const folder = threeFiles()
    appendLines(folder.files.at(-1) ?? '', [lineWithSeq(toolCall(30), 30)])
    changeLines(folder, 'audit.jsonl.1', lines =>
      lines.toSpliced(3, 1).map(line => line.replace('"call-17"', '"call-18"')),
    )
    const report = await verified(folder)
    expect(report).to.include({ treeSize: 30, records: 28, unsealed: 1, checkpoints: 5, firstSeq: 0, lastSeq: 29 })
    expect(
      report.files.map(({ name, firstSeq, lastSeq, records }) => [name, firstSeq, lastSeq, records]),
    ).to.deep.equal([
      ['audit.jsonl.2', 0, 9, 10],
      ['audit.jsonl.1', 10, 19, 8],
      ['audit.jsonl', 20, 29, 10],
    ])
  })

  it('names each problem with file, line and seq, and says in words what is wrong', async () => {
    const folder = threeFiles()
    changeLines(folder, 'audit.jsonl', lines => lines.map(line => line.replace('"call-24"', '"call-25"')))
    expect((await verified(folder)).problems).to.deep.equal([
      { kind: 'edited-line', file: 'audit.jsonl', line: 5, seq: 24, message: 'record 24 is not what was sealed' },
    ])
  })

  it('says what was told of progress: every byte of the journal once', async () => {
    const folder = threeFiles()
    let bytes = 0
    const report = await verified(folder, { onBytes: count => (bytes += count) })
    expect(bytes).to.equal(report.files.reduce((sum, file) => sum + file.bytes, 0))
  })
})
