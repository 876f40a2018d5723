import { spawnSync } from 'node:child_process'
import { expect } from 'chai'
import fc from 'fast-check'
import { csvRecord } from '../../src/query/csv.ts'

const PARSER =
  'import csv, json, sys; print(json.dumps(list(csv.reader(open(0, encoding="utf-8", newline=""), strict=True))))'
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

describe('rows as CSV', () => {
  it('are read back by a parser that is not ours', function () {
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }).map(text => text.toWellFormed()),
      fc
        .array(fc.constantFrom('"', ',', '\n', '\r', '\r\n', ' ', "'", ';', 'é', '=', '-', 'a'), { maxLength: 6 })
        .map(parts => parts.join('')),
    )
    const rows = fc.sample(
      fc.array(
        value.map(text => text.replaceAll('\u0000', '')),
        { minLength: 2, maxLength: 5 },
      ),
      300,
    )
    const { status, stdout, stderr, error } = spawnSync('python3', ['-c', PARSER], {
      input: rows.map(csvRecord).join(''),
      encoding: 'utf8',
    })
    if (error !== undefined) {
      console.log('skipped: there is no python3')
      this.skip()
    }
    expect(status, stderr).to.equal(0)
    expect(JSON.parse(stdout)).to.deep.equal(rows.map(row => row.map(text => (FORMULA.test(text) ? `'${text}` : text))))
  })

  it('have nothing for what is absent, JSON for what has parts, and a line end of their own', () => {
    expect(csvRecord([undefined, '', 5, true, ['a', 'b'], { x: 'y' }])).to.equal(
      ',,5,true,"[""a"",""b""]","{""x"":""y""}"\r\n',
    )
  })

  it('hold no formula that a spreadsheet would work out', () => {
    const attacks = [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      '\n=1',
      '＝1',
      '＋1',
      '－1',
      '＠x',
      '=HYPERLINK("http://x","y")',
    ]
    for (const attack of attacks) expect(csvRecord([attack]), attack).to.match(/^"?'/)
    expect(csvRecord([-1.5, 'a=1', ' =1', "'=1"])).to.equal("-1.5,a=1, =1,'=1\r\n")
  })
})
