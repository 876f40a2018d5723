import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { lineText, lineTexts, numbersIn, range, useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import { stateOf } from './support/doctor.ts'
import { type Finished, kansa } from './support/kansa.ts'
import { HAS_SCRIPT, onTerminal } from './support/terminal.ts'

describe('kansa query, reading', () => {
  const newFolder = useFolders()
  const query = async (dir: string, ...args: string[]): Promise<Finished> =>
    await kansa(['query', '--dir', dir, ...args])

  it('changes nothing in the folder', async () => {
    const dir = newFolder()
    mkdirSync(join(dir, 'writers/w'), { recursive: true })
    writeFiles(dir, {
      'audit.jsonl.1': lineTexts(0, 1),
      'audit.jsonl': `${lineText(2)}\n{"torn`,
      'writers/w/audit.jsonl': lineTexts(3, 4),
      lock: '{}',
    })
    const before = stateOf(dir)
    for (const args of [['--count'], ['--unfinished'], ['--fields', 'seq', '--since', '2026-11-22']]) {
      expect(await query(dir, ...args)).to.include({ code: 0 })
    }
    expect(stateOf(dir)).to.deep.equal(before)
  })

  it('takes more groups and rows than fit on a stack', async () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 150_000) })
    const table = await query(dir, '--count-by', 'call_id', '-o', 'table')
    const lines = table.stdout.split('\n')
    expect([table.code, table.stderr, lines.length]).to.deep.equal([0, '', 150_003])
    expect(lines[0]).to.match(/^call_id +count$/)
    expect(lines.filter(line => line.includes('call_id'))).to.have.lengthOf(1)
    expect(new Set(lines.slice(1, -1).map(line => line.length)).size, 'one layout').to.equal(1)
  })

  it('shows small numbers as what they are', async () => {
    const dir = newFolder()
    const usage = [0.00123, 0.5, 0, 1234.567].map(utilization =>
      JSON.stringify({ event_type: { type: 'TokenUsage', data: { utilization } } }),
    )
    writeFiles(dir, { 'audit.jsonl': `${usage.join('\n')}\n` })
    const { stdout } = await query(dir, '--fields', 'utilization', '-o', 'table')
    expect(stdout.split('\n').map(line => line.trim())).to.deep.equal([
      'utilization',
      '0.00123',
      '0.5',
      '0',
      '1,234.57',
      '',
    ])
  })

  it('orders levels and times by what they mean', async () => {
    const dir = newFolder()
    const lines = ['Info', 'Critical', 'Warning'].map((severity, seq) =>
      lineText(seq, { event_type: { type: 'Security', data: { severity } } }),
    )
    writeFiles(dir, { 'audit.jsonl': `${lines.join('\n')}\n${lineText(3, { timestamp: '2026-11-22T09:00:00Z' })}\n` })
    expect(numbersIn((await query(dir, '--sort=-level', '--limit', '2')).stdout)).to.deep.equal([1, 2])
    expect(numbersIn((await query(dir, '--sort', 'timestamp', '--limit', '1')).stdout)).to.deep.equal([3])
    const counted = await query(dir, '--count-by', 'level', '--sort', 'level')
    expect(counted.stdout.match(/info|warn|critical/g)).to.deep.equal(['info', 'warn', 'critical'])
  })

  it('keeps the timestamp of the data apart from that of the event', async () => {
    const dir = newFolder()
    const event = {
      timestamp: '2026-11-22T10:00:00Z',
      event_type: { type: 'TokenUsage', data: { timestamp: 'other' } },
    }
    writeFiles(dir, { 'audit.jsonl': `${JSON.stringify(event)}\n` })
    expect((await query(dir, '--fields', 'timestamp,data.timestamp')).stdout).to.equal(
      '{"timestamp":"2026-11-22T10:00:00Z","data.timestamp":"other"}\n',
    )
  })

  it('never mixes its progress with what it shows', function () {
    if (!HAS_SCRIPT) {
      console.log('skipped: there is no `script` to make a terminal')
      this.skip()
    }
    const dir = newFolder()
    const pipe = join(dir, 'pipe')
    writeFiles(dir, { one: lineTexts(0, 2), two: `${' '.repeat(300_000)}\n` })
    spawnSync('mkfifo', [pipe])
    // Progress is shown after a second: what comes then is read while the rows wait to be shown.
    const writer = spawn('sh', ['-c', '(cat one; sleep 1.2; cat two; sleep 0.2; cat two) > pipe'], { cwd: dir })
    const shown = onTerminal(['query', '--fields', 'seq', '--dir', pipe], { COLUMNS: '80', NO_COLOR: '1' })
    writer.kill()
    expect(shown).to.match(/reading \d+ KiB, /)
    const [, afterProgress] = /^.*reading[^\r\n]*\r\u001b\[K(.*)$/s.exec(shown) ?? []
    expect(afterProgress).to.equal('seq\n  0\n  1\n  2\n')
  })

  it('reads what another program wrote between, in any order of its keys', async () => {
    const dir = newFolder()
    const foreign =
      '{"event_type": {"data": {"success": false, "tool_name": "shell"}, "type": "ToolCall"}, "id": 7, "seq": 9}'
    writeFiles(dir, { 'audit.jsonl': `${lineTexts(0, 1)}${foreign}\r\n${lineTexts(2, 3)}` })
    expect((await query(dir, '--count', '--where', 'success=false')).stdout).to.equal('{"count":1}\n')
    expect(numbersIn((await query(dir, '--where', 'tool_name=shell')).stdout)).to.deep.equal([0, 1, 9, 2, 3])
    expect(range(0, 3)).to.have.lengthOf(4)
  })
})
