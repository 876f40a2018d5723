import { chmodSync, cpSync, mkdirSync, readdirSync, statSync, symlinkSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  filled,
  lineText,
  lineTexts,
  numbersIn,
  range,
  useFolders,
  writeFiles,
} from '../journal/reader/support/test-lines.ts'
import { type Finished, kansa } from './support/kansa.ts'

/** Lines of an older program, which every reading command takes (DESIGN, section 2). */
const OLDER = `{"id":"abc123","timestamp":"2025-10-10T22:15:30Z","actor_id":"agent-1","event_type":{"type":"AgentExecution","data":{"agent_name":"code-reviewer","status":"Started","goal":"Review TypeScript files","start_time":"2025-10-10T22:15:30Z","tokens_used":0,"artifacts":[]}}}
{"id":"def456","timestamp":"2025-10-10T22:15:45Z","actor_id":"openai/gpt-4","event_type":{"type":"ApiCall","data":{"provider":"openai","model":"gpt-4","prompt_tokens":1200,"completion_tokens":350,"total_tokens":1550,"latency_ms":2340,"prompt_preview":"You are a code reviewer..."}}}
`

describe('kansa tail', () => {
  const newFolder = useFolders()
  const newJournal = filled(newFolder)
  const tail = async (dir: string, ...args: string[]): Promise<Finished> => await kansa(['tail', '--dir', dir, ...args])

  it('gives the last 10 lines as they are stored', async () => {
    const { code, stdout, stderr } = await tail(newJournal({ 'audit.jsonl': lineTexts(0, 14) }))
    expect(stdout).to.equal(lineTexts(5, 14))
    expect(stderr).to.equal('')
    expect(code).to.equal(0)
  })

  it('gives as many as asked for, over all backups, and all when there are fewer', async () => {
    const dir = newJournal({
      'audit.jsonl.10': lineTexts(0, 4),
      'audit.jsonl.2': lineTexts(5, 9),
      'audit.jsonl.1': lineTexts(10, 14),
      'audit.jsonl': '',
    })
    expect(numbersIn((await tail(dir, '-n', '7')).stdout)).to.deep.equal(range(8, 14))
    expect(numbersIn((await tail(dir, '--lines=11')).stdout)).to.deep.equal(range(4, 14))
    expect(numbersIn((await tail(dir, '-n1000000')).stdout)).to.deep.equal(range(0, 14))
    expect((await tail(dir, '-n', '0')).stdout).to.equal('')
  })

  it('gives lines of older programs verbatim', async () => {
    expect((await tail(newJournal({ 'audit.jsonl': OLDER }))).stdout).to.equal(OLDER)
    expect((await tail(newJournal({ 'audit.jsonl': OLDER.trimEnd() }))).stdout).to.equal(OLDER)
  })

  it('merges all logs of the folder by time', async () => {
    const dir = newFolder()
    mkdirSync(join(dir, 'writers/b'), { recursive: true })
    mkdirSync(join(dir, 'writers/c'))
    const numbers: Record<string, number[]> = { 'audit.jsonl': [0, 3, 6, 9], 'writers/b/audit.jsonl': [2, 5, 8] }
    const lines = Object.entries(numbers).map(([name, list]) => [name, list.map(n => `${lineText(n)}\n`).join('')])
    writeFiles(dir, { ...Object.fromEntries(lines), 'writers/c/audit.jsonl.1': lineTexts(7, 7) })
    expect(numbersIn((await tail(dir, '-n', '6')).stdout)).to.deep.equal([3, 5, 6, 7, 8, 9])
  })

  it('takes the folder from KANSA_DIR, else ./audit', async () => {
    const dir = newFolder()
    for (const name of ['audit', 'other']) mkdirSync(join(dir, name))
    writeFiles(dir, { 'audit/audit.jsonl': lineTexts(1, 1), 'other/audit.jsonl': lineTexts(2, 2) })
    const plain = await kansa(['tail'], { cwd: dir })
    expect(numbersIn(plain.stdout)).to.deep.equal([1])
    expect(numbersIn((await kansa(['tail'], { cwd: dir, env: { KANSA_DIR: '' } })).stdout)).to.deep.equal([1])
    expect(numbersIn((await kansa(['tail'], { cwd: dir, env: { KANSA_DIR: 'other' } })).stdout)).to.deep.equal([2])
    const both = await kansa(['tail', '--dir', 'audit'], { cwd: dir, env: { KANSA_DIR: 'other' } })
    expect(numbersIn(both.stdout)).to.deep.equal([1])
  })

  it('takes one file of lines, without its neighbours', async () => {
    const dir = newJournal({ 'audit.jsonl': lineTexts(5, 9), 'audit.jsonl.1': lineTexts(0, 4) })
    expect(numbersIn((await tail(join(dir, 'audit.jsonl'))).stdout)).to.deep.equal(range(5, 9))
    expect(numbersIn((await tail(join(dir, 'audit.jsonl.1'))).stdout)).to.deep.equal(range(0, 4))
  })

  it('follows a link to the folder', async () => {
    const dir = newJournal({ 'audit.jsonl': lineTexts(0, 1) })
    const link = join(newFolder(), 'link')
    symlinkSync(dir, link)
    expect(numbersIn((await tail(link)).stdout)).to.deep.equal([0, 1])
  })

  it('changes nothing in the folder', async () => {
    const dir = newJournal({ 'audit.jsonl': lineTexts(0, 1), 'audit.jsonl.1': `${lineText(0)}\n{"torn`, lock: '{}' })
    const state = (): string[] =>
      readdirSync(dir).map(name => {
        const { ino, size, mtimeNs, ctimeNs } = statSync(join(dir, name), { bigint: true })
        return [name, ino, size, mtimeNs, ctimeNs].join(' ')
      })
    const before = [...state(), statSync(dir, { bigint: true }).mtimeNs]
    await tail(dir)
    expect([...state(), statSync(dir, { bigint: true }).mtimeNs]).to.deep.equal(before)
  })

  describe('passes over what is no event, and names it once per file', () => {
    const cases = [
      { name: 'a torn last line', bad: lineText(9).slice(0, 100), message: /1 line .*incomplete last line/ },
      { name: 'a tail of NULs', bad: Buffer.alloc(5000), message: /1 line .*NUL bytes/ },
      { name: 'damaged lines', bad: '{"id":\n\u001b[2Jx\n{}\n', message: /3 lines .*the first at byte \d+/ },
      {
        name: 'a binary file',
        bad: Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 37) % 256)),
        message: /lines/,
      },
    ]
    for (const { name, bad, message } of cases) {
      it(name, async () => {
        const content = Buffer.concat([Buffer.from(lineTexts(0, 4)), Buffer.from(bad)])
        const { code, stdout, stderr } = await tail(newJournal({ 'audit.jsonl': content, 'audit.jsonl.1': OLDER }))
        expect(stdout).to.equal(OLDER + lineTexts(0, 4))
        expect(stderr).to.match(message)
        expect(stderr.trimEnd().split('\n')).to.have.length(1)
        expect(stderr.trimEnd()).to.match(/^kansa: [^\p{Cc}]*audit\.jsonl: passed over [^\p{Cc}]*$/u)
        expect(code).to.equal(0)
      })
    }

    it('a line of 300 MB', async () => {
      const dir = newJournal({ 'audit.jsonl.1': lineTexts(0, 1), 'audit.jsonl': lineTexts(2, 3) })
      truncateSync(join(dir, 'audit.jsonl.1'), 300 * 1024 * 1024)
      const { code, stdout, stderr } = await tail(dir)
      expect(numbersIn(stdout)).to.deep.equal([0, 1, 2, 3])
      expect(stderr).to.match(/audit\.jsonl\.1: passed over 1 line .*longer than 32 MiB/)
      expect(code).to.equal(0)
    })
  })

  describe('says what to do and exits with 3', () => {
    it('without a folder', async () => {
      const { code, stdout, stderr } = await tail('nowhere')
      expect(stderr).to.match(/there is no nowhere.*--dir or KANSA_DIR.*kansa demo/)
      expect([code, stdout]).to.deep.equal([3, ''])
    })

    it('with a folder that holds no journal', async () => {
      const { code, stdout, stderr } = await tail(newJournal({ 'package.json': '{}' }))
      expect(stderr).to.match(/there is no journal in .*--dir or KANSA_DIR/)
      expect([code, stdout]).to.deep.equal([3, ''])
    })

    it('with the log of a newer Kansa', async () => {
      const dir = newJournal({ 'audit.jsonl': lineTexts(0, 1) })
      mkdirSync(join(dir, 'seal'))
      writeFiles(dir, { 'seal/format': '{"format":2,"origin":"x"}\n' })
      const { code, stdout, stderr } = await tail(dir)
      expect(stderr).to.match(/format version 2.*Update Kansa/)
      expect([code, stdout]).to.deep.equal([3, ''])
    })

    it('without permission', async () => {
      const dir = newJournal({ 'audit.jsonl': lineTexts(0, 1) })
      chmodSync(join(dir, 'audit.jsonl'), 0)
      chmodSync(dir, 0o755)
      // Root may read everything, so the command runs as nobody.
      const { code, stderr } = await kansa(['tail', '--dir', dir], process.getuid?.() === 0 ? { uid: 65_534 } : {})
      expect(stderr).to.match(/cannot read .*audit\.jsonl: EACCES/)
      expect(code).to.equal(3)
    })
  })

  it('reads a copy of a whole folder', async () => {
    const dir = newJournal({ 'audit.jsonl.1': lineTexts(0, 4), 'audit.jsonl': lineTexts(5, 6) })
    const copy = join(newFolder(), 'copy')
    cpSync(dir, copy, { recursive: true })
    expect(numbersIn((await tail(copy)).stdout)).to.deep.equal(range(0, 6))
  })
})
