import { expect } from 'chai'
import { eventLine, matching, scanLines } from './support/scanned.ts'

const GOOD = eventLine('ToolCall', { tool_name: 'shell', success: true })

describe('lines that are no events', () => {
  const bad = [
    { name: 'half a line', line: GOOD.slice(0, 60) },
    { name: 'two lines run into one', line: GOOD.slice(0, 60) + GOOD },
    { name: 'two lines run into one in the middle of the data', line: GOOD.slice(0, 120) + GOOD },
    { name: 'a kind of the future', line: eventLine('MemoryAccess', { tool_name: 'shell' }) },
    { name: 'no kind', line: '{"id":"x","seq":5}' },
    { name: 'garbage', line: 'garbage' },
    { name: 'NULs', line: '\u0000\u0000\u0000' },
    { name: 'another program’s', line: '{"level":30,"msg":"hello"}' },
  ]
  for (const { name, line } of bad) {
    it(`are counted as none and told: ${name}`, async () => {
      let count = 0
      const damage = await scanLines([GOOD, line, GOOD], {}, () => (count += 1))
      expect(count).to.equal(2)
      expect(damage.files).to.have.lengthOf(1)
      expect(damage.files[0]).to.include({ count: 1, firstStart: GOOD.length + 1 })
      expect(await matching([GOOD, line, GOOD], { where: ['tool_name=shell'] })).to.deep.equal([0, 2])
    })
  }

  it('are told also where only some lines are looked at, if their ends show it', async () => {
    const damage = await scanLines([GOOD, GOOD.slice(0, 60), 'garbage', GOOD], { grep: 'needle' }, () => {})
    expect(damage.count).to.equal(2)
  })

  it('are no empty lines', async () => {
    const damage = await scanLines([GOOD, '', ' \t', GOOD], {}, () => {})
    expect(damage.count).to.equal(0)
  })
})
