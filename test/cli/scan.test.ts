import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { expect } from 'chai'
import { useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import { secretsAt } from '../privacy/support/planted-secrets.ts'
import { LeakSearch } from '../privacy/support/leak-search.ts'
import { stateOf } from './support/doctor.ts'
import { environment, type Finished, kansa, MAIN } from './support/kansa.ts'

const PLANTED = secretsAt('a journal that is scanned')
const LEAKS = new LeakSearch(PLANTED)

function secret(kind: string): string {
  return PLANTED.find(planted => planted.kind === kind)?.text ?? ''
}

const TOKEN = secret('a GitHub token')
const KEY = secret('a private key')

function toolCall(seq: number, data: object, more: object = {}): string {
  const event_type = { type: 'ToolCall', data: { tool_name: 'shell', parameters: '{}', ...data } }
  return JSON.stringify({
    id: `id-${seq}`,
    timestamp: '2026-11-22T10:00:00.000Z',
    actor_id: 'a',
    event_type,
    ...more,
    seq,
  })
}

describe('kansa scan', () => {
  const newFolder = useFolders()
  let root: string
  let dir: string
  beforeEach(() => {
    root = newFolder()
    dir = join(root, 'audit')
    mkdirSync(dir)
  })

  const scan = async (...args: readonly string[]): Promise<Finished> => {
    const finished = await kansa(['scan', ...args], { cwd: root })
    const said = Buffer.from(finished.stdout + finished.stderr)
    expect([...LEAKS.in(said)], 'what a search for secrets shows').to.deep.equal([])
    return finished
  }
  const rowsOf = ({ stdout }: Finished): Record<string, unknown>[] =>
    stdout
      .trimEnd()
      .split('\n')
      .flatMap(line => (line === '' ? [] : [JSON.parse(line)]))

  it('exits with 0 where there is nothing, and says how much was searched', async () => {
    writeFiles(dir, { 'audit.jsonl': `${toolCall(0, {})}\n${toolCall(1, {})}\n` })
    const { code, stdout, stderr } = await scan()
    expect([code, stdout]).to.deep.equal([0, ''])
    expect(stderr).to.match(/^kansa: searched 1 file, 2 lines, \d+ bytes: no secrets found\n$/)
  })

  it('exits with 1 and tells file, line, field, kind, seq and id of what it finds', async () => {
    writeFiles(dir, { 'audit.jsonl': `${toolCall(0, {})}\n${toolCall(1, { output_preview: `use ${TOKEN} now` })}\n` })
    const finished = await scan()
    expect(finished.code).to.equal(1)
    expect(rowsOf(finished)).to.deep.equal([
      {
        file: 'audit/audit.jsonl',
        line: 2,
        field: 'event_type.data.output_preview',
        kind: 'github-token',
        seq: 1,
        id: 'id-1',
      },
    ])
    expect(finished.stderr).to.include('1 secret found (1 github-token)')
  })

  it('finds every kind that an agent may have written', async () => {
    for (const [place, { text }] of PLANTED.entries()) {
      writeFileSync(join(root, `${place}.jsonl`), `${toolCall(0, { output_preview: `first\n${text}\nlast` })}\n`)
      writeFileSync(join(root, `${place}.txt`), `first\n${text}\nlast\n`)
    }
    const finished = await scan(...PLANTED.flatMap((_, place) => [`${place}.jsonl`, `${place}.txt`]))
    const files = new Set(rowsOf(finished).map(row => row['file']))
    const missed = PLANTED.filter((_, place) => !files.has(`${place}.jsonl`) || !files.has(`${place}.txt`))
    expect(missed.map(({ kind }) => kind)).to.deep.equal([])
  })

  it('takes the name of a member for a sign, also in JSON inside a text, whatever the value looks like', async () => {
    const headers = [['X-Api-Key', 'z'], { name: 'Authorization', value: 'w' }, ['accept', 'all']]
    const body = JSON.stringify({ apiKey: 'x1', token: TOKEN })
    const parameters = JSON.stringify({ env: { password: 'hunter2' }, body, headers, pin: 'y' })
    writeFiles(dir, { 'audit.jsonl': `${toolCall(0, { parameters })}\n` })
    expect(rowsOf(await scan()).map(({ field, kind }) => [field, kind])).to.deep.equal([
      ['event_type.data.parameters.env.password', 'password'],
      ['event_type.data.parameters.body.apiKey', 'api-key'],
      ['event_type.data.parameters.body.token', 'github-token'],
      ['event_type.data.parameters.headers.0.1', 'api-key'],
      ['event_type.data.parameters.headers.1.value', 'authorization'],
    ])
  })

  it('searches all logs of a folder, their backups, what was set aside, and dead letters', async () => {
    const line = `${toolCall(0, { output_preview: TOKEN })}\n`
    mkdirSync(join(dir, 'writers/w'), { recursive: true })
    mkdirSync(join(dir, 'forward'))
    const names = ['audit.jsonl', 'audit.jsonl.1', 'audit.jsonl.12', 'writers/w/audit.jsonl']
    names.push('audit.jsonl.corrupt-2026-11-22T100000.000Z-1', 'forward/default.dead-letter.jsonl')
    writeFiles(dir, Object.fromEntries(names.map(name => [name, line])))
    const finished = await scan()
    expect(rowsOf(finished).map(({ file }) => file)).to.have.members(names.map(name => `audit/${name}`))
    expect(finished.stderr).to.include('searched 6 files, 6 lines')
  })

  it('changes nothing in the folder', async () => {
    writeFiles(dir, { 'audit.jsonl': `${toolCall(0, { output_preview: TOKEN })}\n{"torn`, lock: '{}' })
    const before = stateOf(dir)
    expect((await scan()).code).to.equal(1)
    expect(stateOf(dir)).to.deep.equal(before)
  })

  it('counts values that were masked before, and takes neither them nor their counts for findings', async () => {
    const mark = '[REDACTED:password:0123456789ab]'
    const headers = { authorization: `Bearer [REDACTED:bearer:0123456789ab]`, cookie: mark }
    const parameters = JSON.stringify({ password: mark, headers, counts: { password: 2, token: 1 } })
    writeFiles(dir, {
      'audit.jsonl': `${toolCall(0, { parameters, error: `no ${mark}` }, { redacted: { password: 2000, cookie: 1 } })}\n`,
    })
    const { code, stdout, stderr } = await scan()
    expect([code, stdout]).to.deep.equal([0, ''])
    expect(stderr).to.include('no secrets found; 4 values had been masked before')
  })

  it('takes no id of a trace for a card, as long as it stands where ids stand', async () => {
    const card = '4111111111111111'
    const line = toolCall(0, { output_preview: card }, { span_id: card, trace_id: card + card })
    writeFiles(dir, { 'audit.jsonl': `${line}\n` })
    expect(rowsOf(await scan()).map(({ field, kind }) => [field, kind])).to.deep.equal([
      ['event_type.data.output_preview', 'credit-card'],
    ])
  })

  it('reads text that is no JSON, and finds a key of many lines where it begins', async () => {
    writeFiles(root, { 'deploy.log': `one\ntwo\n  ${KEY.replaceAll('\n', '\n  ')}\nand ${TOKEN}\n` })
    const rows = rowsOf(await scan('deploy.log'))
    expect(rows).to.deep.equal([
      { file: 'deploy.log', line: 3, field: '(text)', kind: 'private-key' },
      { file: 'deploy.log', line: 11, field: '(text)', kind: 'github-token' },
    ])
  })

  it('finds a key that lies across two of the pieces that a long text is read in, once', async () => {
    const filler = `${'word '.repeat(20)}\n`
    const lines = Math.floor((256 * 1024) / filler.length)
    writeFiles(root, { 'long.log': `${filler.repeat(lines)}${KEY}\n${filler.repeat(lines * 2)}${TOKEN}\n` })
    expect(rowsOf(await scan('long.log')).map(({ line, kind }) => [line, kind])).to.deep.equal([
      [lines + 1, 'private-key'],
      [lines * 3 + 1 + KEY.split('\n').length, 'github-token'],
    ])
  })

  it('reads standard input', () => {
    const input = `{"a":{"b":["${TOKEN}"]}}\n`
    const { status, stdout } = spawnSync(process.execPath, [MAIN, 'scan', '-'], {
      input,
      env: environment(),
      encoding: 'utf8',
    })
    expect(status).to.equal(1)
    expect(JSON.parse(stdout)).to.deep.equal({ file: 'standard input', line: 1, field: 'a.b.0', kind: 'github-token' })
  })

  it('shows nothing of a secret that is the name of a member, or the id of an event', async () => {
    writeFiles(root, { 'odd.jsonl': `{"event_type":{},"id":"${TOKEN}","seq":7,"${TOKEN}":{"password":"hunter2"}}\n` })
    const rows = rowsOf(await scan('odd.jsonl'))
    expect(rows.map(({ field, kind }) => [field, kind])).to.have.deep.members([
      ['id', 'github-token'],
      ['(a secret)', 'github-token'],
      ['(a secret).password', 'password'],
    ])
    expect(rows.every(row => row['seq'] === 7 && !('id' in row))).to.be.true
  })

  it('looks for personal data on request', async () => {
    writeFiles(root, { 'mail.txt': 'write to jane.doe@example.com\n' })
    expect((await scan('mail.txt')).code).to.equal(0)
    expect(rowsOf(await scan('mail.txt', '--pack', 'email')).map(({ kind }) => kind)).to.deep.equal(['email'])
  })

  it('shows some kinds only', async () => {
    writeFiles(root, { 'two.txt': `${TOKEN}\n${KEY}\n` })
    const finished = await scan('two.txt', '--kind', 'private-key')
    expect(rowsOf(finished).map(({ kind }) => kind)).to.deep.equal(['private-key'])
    expect((await scan('two.txt', '--kind', 'iban')).code).to.equal(0)
  })

  it('gives its numbers as JSON', async () => {
    const lines = `${toolCall(0, { output_preview: TOKEN })}\n${toolCall(1, { output_preview: `${TOKEN} [REDACTED:jwt:0123456789ab]` })}\n`
    writeFiles(dir, { 'audit.jsonl': lines })
    const { code, stdout } = await scan('--json')
    expect(code).to.equal(1)
    expect(JSON.parse(stdout)).to.deep.equal({
      files: 1,
      lines: 2,
      bytes: statSync(join(dir, 'audit.jsonl')).size,
      findings: 2,
      masked: 1,
      kinds: { 'github-token': 2 },
      unread: [],
    })
  })

  for (const format of ['table', 'json', 'csv']) {
    it(`writes findings as ${format}`, async () => {
      writeFiles(dir, { 'audit.jsonl': `${toolCall(0, { output_preview: TOKEN })}\n` })
      const { stdout } = await scan('-o', format)
      expect(stdout).to.match(/file[^]*audit\/audit\.jsonl[^]*github-token/)
    })
  }

  it('never lets what it read reach the terminal', async () => {
    writeFiles(root, { 'odd\u{1b}[2J.jsonl': `{"\\u001b[2J":"${TOKEN}"}\n` })
    const { stdout } = await scan('odd\u{1b}[2J.jsonl', '-o', 'table')
    expect(stdout).to.include('\\x1b[2J').and.to.not.include('\u{1b}[2J')
  })

  describe('where not everything can be read', () => {
    const cases: readonly (readonly [name: string, args: readonly string[], code: number, message: RegExp])[] = [
      ['a file that is not there', ['none.txt'], 3, /cannot read none\.txt: there is no such file/],
      ['a folder', ['audit'], 3, /audit is a folder: name its files, or give an audit folder with --dir/],
      ['a binary file', ['picture.png'], 3, /picture\.png is binary/],
      ['a folder without a journal', ['--dir', 'empty'], 3, /there is no journal in empty/],
      ['a folder that is not there', ['--dir', 'none'], 3, /there is no none/],
      ['files and a folder', ['--dir', 'audit', 'a.txt'], 2, /do not go together/],
      ['numbers and findings', ['--json', '-o', 'csv'], 2, /does not go with it/],
      ['a kind that is none', ['--kind', 'github-tokn'], 2, /there is no kind github-tokn: did you mean github-token/],
      ['a pack that is none', ['--pack', 'emial'], 2, /there is no pack emial: did you mean email/],
    ]
    for (const [name, args, code, message] of cases) {
      it(`exits with ${code} for ${name}`, async () => {
        mkdirSync(join(root, 'empty'))
        writeFileSync(join(root, 'picture.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 0, 2]))
        writeFiles(dir, { 'audit.jsonl': `${toolCall(0, {})}\n` })
        const finished = await scan(...args)
        expect([finished.code, finished.stdout]).to.deep.equal([code, ''])
        expect(finished.stderr).to.match(message)
      })
    }

    it('searches the other files', async () => {
      writeFiles(root, { 'a.txt': `${TOKEN}\n` })
      const finished = await scan('none.txt', 'a.txt')
      expect(finished.code).to.equal(1)
      expect(rowsOf(finished)).to.have.lengthOf(1)
      expect(finished.stderr).to.include('cannot read none.txt')
    })

    it('passes over a line longer than 32 MiB, and says so', async () => {
      writeFileSync(join(root, 'long.txt'), `${'x'.repeat(33 * 1024 * 1024)}\n${TOKEN.slice(0, 8)}\n`)
      const { code, stderr } = await scan('long.txt')
      expect(code).to.equal(3)
      expect(stderr).to.match(/long\.txt:1: longer than 32 MiB, not searched/)
    })

    it('reads on behind a hole that a power loss left, and a line that is torn', async () => {
      const lines = `${'\0'.repeat(4096)}${toolCall(0, { output_preview: TOKEN })}\n{"torn":"${TOKEN}`
      writeFiles(dir, { 'audit.jsonl': lines })
      expect(rowsOf(await scan()).map(({ line, field }) => [line, field])).to.deep.equal([
        [1, 'event_type.data.output_preview'],
        [2, '(text)'],
      ])
    })
  })

  it('ends the table quietly when nobody reads on', () => {
    writeFiles(dir, { 'audit.jsonl': `${toolCall(0, { output_preview: TOKEN })}\n`.repeat(20_000) })
    const command = `"${process.execPath}" "${MAIN}" scan | head -n 1`
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: root, env: environment(), encoding: 'utf8' })
    expect(stdout.trimEnd().split('\n')).to.have.lengthOf(1)
    expect(stderr).to.equal('')
    expect(readFileSync(join(dir, 'audit.jsonl'))).to.have.length.above(1_000_000)
  })
})
