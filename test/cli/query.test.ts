import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { lineTexts, numbersIn, range, useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import { ATTACK, SAMPLE_LINES } from './support/sample-events.ts'
import { environment, type Finished, kansa, MAIN } from './support/kansa.ts'
import { SAMPLE_RUN } from './support/sample-run.ts'
import { HAS_SCRIPT, onTerminal } from './support/terminal.ts'

const GROUPS_AT_80 = `type            count  sum total_tokens  max timestamp (UTC)      p95 latency_ms
ApiCall             2             2,000  2026-11-22 10:00:14.000           3,500
AgentExecution      4                 -  2026-11-22 10:00:20.000               -
ToolCall            2                 -  2026-11-22 10:00:16.000               -
TokenUsage          1                 -  2026-11-22 10:00:09.000               -
Security            1                 -  2026-11-22 10:00:17.000               -
`
const FIELDS_AT_80 = `timestamp (UTC)          actor_id    level  summary            error
2026-11-22 10:00:00.000  coder       info   agent coder star…  -
2026-11-22 10:00:03.000  coder       info   call to openai/g…  -
2026-11-22 10:00:08.000  coder       error  tool shell faile…  exit code 2 \\x1b…
2026-11-22 10:00:09.000  coder       info   agent coder cons…  -
2026-11-22 10:00:10.000  helper      info   agent helper sta…  -
2026-11-22 10:00:14.000  coder       info   call to openai/g…  -
2026-11-22 10:00:15.000  helper      info   agent helper com…  -
2026-11-22 10:00:16.000  coder       warn   tool write_file …  -
2026-11-22 10:00:17.000  write_file  warn   PermissionDenied…  -
2026-11-22 10:00:20.000  coder       error  agent coder fail…  the build is sti…
`
const FIELDS_AT_200 = `timestamp (UTC)          actor_id    level  summary                                                                                  error
2026-11-22 10:00:00.000  coder       info   agent coder started: Fix the build                                                       -
2026-11-22 10:00:03.000  coder       info   call to openai/gpt-5 used 1550 tokens in 2500 ms                                         -
2026-11-22 10:00:08.000  coder       error  tool shell failed in 4000 ms: exit code 2 \\x1b[2J\\x1b]52;c;cm0gLXJm\\x07\\x9b1m⟪U+202E⟫e…  exit code 2 \\x1b[2J\\x1b]52;c;cm0gLXJm\\x07\\x9b1m⟪U+202E⟫evil⟪U+200B⟫
2026-11-22 10:00:09.000  coder       info   agent coder consumed 1550 of 5000 tokens (31 %)                                          -
2026-11-22 10:00:10.000  helper      info   agent helper started: Read the log                                                       -
2026-11-22 10:00:14.000  coder       info   call to openai/gpt-5-mini used 450 tokens in 3500 ms                                     -
2026-11-22 10:00:15.000  helper      info   agent helper completed after 5 s, 450 tokens                                             -
2026-11-22 10:00:16.000  coder       warn   tool write_file was denied: outside the project                                          -
2026-11-22 10:00:17.000  write_file  warn   PermissionDenied: File write blocked (blocked)                                           -
2026-11-22 10:00:20.000  coder       error  agent coder failed after 20 s: the build is still broken                                 the build is still broken
`

describe('kansa query', () => {
  const newFolder = useFolders()
  const newJournal = (lines: readonly string[] = SAMPLE_RUN): string => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': `${lines.join('\n')}\n` })
    return dir
  }
  const query = async (dir: string, ...args: string[]): Promise<Finished> =>
    await kansa(['query', '--dir', dir, ...args])
  const output = async (dir: string, ...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await query(dir, ...args)
    expect([code, stderr]).to.deep.equal([0, ''])
    return stdout
  }

  describe('in a pipe', () => {
    it('gives whole events as they are stored', async () => {
      const dir = newJournal([...SAMPLE_RUN, SAMPLE_LINES[2] ?? ''])
      expect(await output(dir)).to.equal(`${[...SAMPLE_RUN, SAMPLE_LINES[2]].join('\n')}\n`)
      expect(await output(dir, '--type', 'security')).to.equal(`${SAMPLE_RUN[8]}\n`)
    })

    it('gives rows as one object per line, absent values left out', async () => {
      const rows = await output(newJournal(), '--group-by', 'type', '--sum', 'total_tokens')
      expect(rows.trimEnd().split('\n')).to.deep.equal([
        '{"type":"ApiCall","count":2,"sum_total_tokens":2000}',
        '{"type":"AgentExecution","count":4}',
        '{"type":"ToolCall","count":2}',
        '{"type":"TokenUsage","count":1}',
        '{"type":"Security","count":1}',
      ])
    })

    it('gives JSON as one array, of events or of rows', async () => {
      const dir = newJournal()
      expect(JSON.parse(await output(dir, '-o', 'json'))).to.deep.equal(SAMPLE_RUN.map(line => JSON.parse(line)))
      expect(JSON.parse(await output(dir, '-o', 'json', '--count'))).to.deep.equal([{ count: 10 }])
      expect(JSON.parse(await output(dir, '-o', 'json', '--actor', 'nobody'))).to.deep.equal([])
    })

    it('gives CSV with a head, absent values empty', async () => {
      const dir = newJournal()
      expect(await output(dir, '-o', 'csv', '--type', 'tool', '--fields', 'tool_name,success,error_type')).to.equal(
        'tool_name,success,error_type\r\nshell,false,tool_error\r\nwrite_file,false,\r\n',
      )
      expect(await output(dir, '-o', 'csv', '--fields', 'actor_id', '--actor', 'nobody')).to.equal('actor_id\r\n')
      expect((await output(dir, '-o', 'csv')).split('\r\n')[0]).to.match(/^timestamp,type,level,actor_id,summary,/)
    })

    it('gives people lines or tables when asked to, without colour', async () => {
      const dir = newJournal()
      expect(await output(dir, '-o', 'table', '--limit', '1', '--utc')).to.equal(
        '── 2026-11-22 (UTC) ──\n10:00:00 coder         Agent    ┏ agent coder started: Fix the build\n',
      )
      expect(await output(dir, '-o', 'table', '--count')).to.equal('count\n   10\n')
    })
  })

  describe('on a terminal', () => {
    before(function () {
      if (HAS_SCRIPT) return
      console.log('skipped: there is no `script` to make a terminal')
      this.skip()
    })
    const shown = (columns: number, lines: readonly string[], ...args: string[]): string =>
      onTerminal(['query', '--utc', '--dir', newJournal(lines), ...args], { COLUMNS: String(columns), NO_COLOR: '1' })

    it('shows groups as a table, numbers at the right', () => {
      const measures = ['--sum', 'total_tokens', '--p95', 'latency_ms', '--max', 'timestamp']
      expect(shown(80, SAMPLE_RUN, '--group-by', 'type', ...measures)).to.equal(GROUPS_AT_80)
    })

    it('shows fields as a table that fits, nothing of the data reaching the terminal raw', () => {
      const fields = ['--fields', 'timestamp,actor,level,summary,error']
      expect(shown(80, SAMPLE_RUN, ...fields)).to.equal(FIELDS_AT_80)
      expect(shown(200, SAMPLE_RUN, ...fields)).to.equal(FIELDS_AT_200)
    })

    for (const format of ['table', 'ndjson', 'json', 'csv']) {
      it(`sends no control or hidden character of the data as ${format}`, () => {
        const lines = [...SAMPLE_LINES, JSON.stringify({ ...JSON.parse(SAMPLE_LINES[0] ?? ''), actor_id: ATTACK })]
        for (const args of [[], ['--fields', 'actor,output_preview'], ['--count-by', 'actor']]) {
          const text = shown(200, lines, '-o', format, ...args)
          expect(text.replaceAll('\n', '')).to.not.match(/[\p{Cc}\u202e\u200b]/u)
          expect(text).to.include('evil')
        }
      })
    }
  })

  it('counts, adds up and ranks', async () => {
    const dir = newJournal()
    const rows = async (...args: string[]): Promise<unknown[]> =>
      (await output(dir, ...args))
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line))
    expect(await rows('--count')).to.deep.equal([{ count: 10 }])
    expect(await rows('--sum', 'total_tokens', '--avg', 'latency_ms', '--min', 'latency_ms')).to.deep.equal([
      { sum_total_tokens: 2000, avg_latency_ms: 3000, min_latency_ms: 2500 },
    ])
    expect(await rows('--count-by', 'actor', '--top', '1')).to.deep.equal([{ actor_id: 'coder', count: 7 }])
    expect(await rows('--count-by', 'actor', '--sort', 'actor_id', '--limit', '2')).to.deep.equal([
      { actor_id: 'coder', count: 7 },
      { actor_id: 'helper', count: 2 },
    ])
    expect(await rows('--count-by', 'level,type', '--sort=-count', '--limit', '1')).to.deep.equal([
      { level: 'info', type: 'AgentExecution', count: 3 },
    ])
    expect(await rows('--count-by', 'day', '--utc')).to.deep.equal([{ day: '2026-11-22', count: 10 }])
    expect(await rows('--sum', 'latency_ms', '--actor', 'nobody')).to.deep.equal([{}])
  })

  it('sorts events by any field, and limits them', async () => {
    const dir = newJournal()
    const found = await output(dir, '--fields', 'duration_ms', '--sort=-duration_ms', '--limit', '3')
    expect(found).to.equal('{"duration_ms":4000}\n{"duration_ms":20}\n{}\n')
    expect(await output(dir, '--limit', '2')).to.equal(`${SAMPLE_RUN.slice(0, 2).join('\n')}\n`)
  })

  it('names what never ended', async () => {
    const dir = newJournal(SAMPLE_RUN.slice(0, -1))
    expect(await output(dir, '--unfinished', '--fields', 'agent_name,status')).to.equal(
      '{"agent_name":"coder","status":"Started"}\n',
    )
    expect(await output(newJournal(), '--unfinished')).to.equal('')
  })

  it('exits with 1 from --exists when nothing matches, and prints nothing either way', async () => {
    const dir = newJournal()
    expect(await query(dir, '--exists', '--severity', 'error')).to.deep.equal({ code: 0, stdout: '', stderr: '' })
    expect(await query(dir, '--exists', '--severity', 'critical')).to.deep.equal({ code: 1, stdout: '', stderr: '' })
  })

  it('reads one file, and standard input', async () => {
    const dir = newJournal()
    expect(await output(join(dir, 'audit.jsonl'), '--count')).to.equal('{"count":10}\n')
    const piped = spawnSync(process.execPath, [MAIN, 'query', '--dir', '-', '--count-by', 'actor', '--top', '1'], {
      input: SAMPLE_RUN.join('\n'),
      encoding: 'utf8',
      env: environment(),
    })
    expect(piped.stdout).to.equal('{"actor_id":"coder","count":7}\n')
  })

  it('ends quietly when nobody reads any more', () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 20_000) })
    const command = `'${process.execPath}' '${MAIN}' query --dir '${dir}' | head -n 1; echo "\${PIPESTATUS[0]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8', env: environment() })
    expect([numbersIn(stdout.split('\n')[0] ?? ''), stdout.split('\n')[1], stderr]).to.deep.equal([[0], '0', ''])
  })

  describe('refuses with 2', () => {
    const cases = [
      { args: ['--sum', 'tool_name'], message: /--sum tool_name: tool_name is no number/ },
      { args: ['--count-by', 'tol_name'], message: /no field "tol_name"; did you mean tool_name/ },
      { args: ['--fields', 'run_idd'], message: /did you mean run_id/ },
      { args: ['--group-by', 'type', '--count-by', 'type'], message: /two ways to say the same/ },
      { args: ['--count-by', 'type', '--sort', 'cont'], message: /no column "cont"; there are count/ },
      { args: ['--top', '3'], message: /--top needs groups/ },
      { args: ['--exists', '--count'], message: /--exists and counts and measures do not go together/ },
      { args: ['-o', 'xml'], message: /table, ndjson, json, csv/ },
      { args: ['--limit', '-1'], message: /whole number/ },
      { args: ['--where', 'success'], message: /write field=value/ },
      { args: ['--where', 'summary~('], message: /regular expression/ },
      { args: ['--where', 'context=x'], message: /context is a map; name an entry of it: context\.<key>/ },
    ]
    for (const { args, message } of cases) {
      it(args.join(' '), async () => {
        const { code, stdout, stderr } = await query(newJournal(), ...args)
        expect(stderr).to.match(message)
        expect([code, stdout]).to.deep.equal([2, ''])
      })
    }
  })

  describe('says what to do and exits with 3', () => {
    it('without a folder, or with one that holds no journal', async () => {
      expect(await query('nowhere', '--count')).to.deep.include({ code: 3, stdout: '' })
      const { code, stderr } = await query(newFolder())
      expect(stderr).to.match(/there is no journal in .*--dir or KANSA_DIR/)
      expect(code).to.equal(3)
    })

    it('without permission', async () => {
      const dir = newJournal()
      chmodSync(join(dir, 'audit.jsonl'), 0)
      chmodSync(dir, 0o755)
      // Root may read everything, so the command runs as nobody.
      const options = process.getuid?.() === 0 ? { uid: 65_534 } : {}
      const { code, stderr } = await kansa(['query', '--dir', dir, '--count'], options)
      expect(stderr).to.match(/cannot read .*audit\.jsonl: EACCES/)
      expect(code).to.equal(3)
    })

    it('without permission to list the logs of further writers: they are not left out without a word', async () => {
      const dir = newJournal()
      mkdirSync(join(dir, 'writers/other'), { recursive: true })
      for (const [name, mode] of [
        ['audit.jsonl', 0o644],
        ['.', 0o755],
        ['writers/other', 0],
      ] as const) {
        chmodSync(join(dir, name), mode)
      }
      const options = process.getuid?.() === 0 ? { uid: 65_534 } : {}
      const { code, stdout, stderr } = await kansa(['query', '--dir', dir, '--count'], options)
      chmodSync(join(dir, 'writers/other'), 0o700)
      expect(stderr).to.match(/cannot read .*: EACCES.*writers/)
      expect([code, stdout]).to.deep.equal([3, ''])
    })

    it('with the log of a newer Kansa', async () => {
      const dir = newJournal()
      mkdirSync(join(dir, 'seal'))
      writeFiles(dir, { 'seal/format': '{"format":2,"origin":"x"}\n' })
      expect(await query(dir)).to.deep.include({ code: 3, stdout: '' })
    })
  })

  it('counts and names what is no event, and gives all that is one', async () => {
    const dir = newFolder()
    const noise = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 37) % 256))
    const content = Buffer.concat([Buffer.from(lineTexts(0, 4)), noise, Buffer.from(`\n${lineTexts(5, 9)}{"id":"torn`)])
    writeFiles(dir, { 'audit.jsonl': content })
    for (const args of [[], ['--actor', 'agent-1'], ['--where', 'tool_name=shell']]) {
      const { code, stdout, stderr } = await query(dir, ...args)
      expect([code, numbersIn(stdout)]).to.deep.equal([0, range(0, 9)])
      expect(stderr).to.match(/^kansa: [^\p{Cc}]*audit\.jsonl: passed over \d+ lines that are no events [^\p{Cc}]*\n$/u)
    }
  })

  it('passes over a line of 300 MB without holding it in memory', async () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl.1': lineTexts(0, 1), 'audit.jsonl': lineTexts(2, 3) })
    truncateSync(join(dir, 'audit.jsonl.1'), 300 * 1024 * 1024)
    const { code, stdout, stderr } = await query(dir, '--fields', 'seq')
    expect([code, stdout]).to.deep.equal([0, '{"seq":0}\n{"seq":1}\n{"seq":2}\n{"seq":3}\n'])
    expect(stderr).to.match(/audit\.jsonl\.1: passed over 1 line .*longer than 32 MiB/)
  })
})
