import { appendFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import { type Finished, kansa } from './support/kansa.ts'
import { ROOT_RUN, SAMPLE_RUN } from './support/sample-run.ts'
import { HAS_SCRIPT, onTerminal } from './support/terminal.ts'

const AT_80 = `<dir>  2026-11-22 10:00:00 to 2026-11-22 10:00:20 (UTC)

Events
  kind            count  share
  AgentExecution      4   40 %  ████████
  ApiCall             2   20 %  ████
  ToolCall            2   20 %  ████
  TokenUsage          1   10 %  ██
  Security            1   10 %  ██

By hour
  hour (UTC)        events  security
  2026-11-22 10:00      10         1  ████████████████████

Agents
  agent   runs  done  failed  cancelled  open  success  median   p95  tokens
  coder      1     0       1          0     0      0 %    20 s  20 s   2,000
  helper     1     1       0          0     0    100 %     5 s   5 s     450

Slowest runs
  run                                   agent   outcome    duration  tokens
  0199c0de-0000-7000-8000-000000000001  coder   failed         20 s   2,000
  0199c0de-0000-7000-8000-000000000002  helper  completed       5 s     450

Costliest runs
  run                                   agent   outcome    duration  tokens
  0199c0de-0000-7000-8000-000000000001  coder   failed         20 s   2,000
  0199c0de-0000-7000-8000-000000000002  helper  completed       5 s     450

Tools
  tool        calls  failures  denials  median  p95
  shell           1         1        0     4 s  4 s
  write_file      1         0        1       -    -

Models
  model              calls  errors  median    p95  tokens  share
  openai/gpt-5           1       0   2.5 s  2.5 s   1,550   78 %  ███████▊
  openai/gpt-5-mini      1       0   3.5 s  3.5 s     450   23 %  ██▎

Budgets
  budget of    consumed  limit   left  used
  agent coder     1,550  5,000  3,450  31 %  ███░░░░░░░

Security
  severity  category          count  blocked
  Warning   PermissionDenied      1        1

Journal
  1 file of 1 log, 3.6 KiB
  <n> free on the disk
`
const AT_200 = `<dir>  2026-11-22 10:00:00 to 2026-11-22 10:00:20 (UTC)

Events
  kind            count  share
  AgentExecution      4   40 %  ████████
  ApiCall             2   20 %  ████
  ToolCall            2   20 %  ████
  TokenUsage          1   10 %  ██
  Security            1   10 %  ██

By hour
  hour (UTC)        events  security
  2026-11-22 10:00      10         1  ████████████████████

Agents
  agent   runs  done  failed  cancelled  open  success  median   p95  tokens
  coder      1     0       1          0     0      0 %    20 s  20 s   2,000
  helper     1     1       0          0     0    100 %     5 s   5 s     450

Slowest runs
  run                                   agent   outcome    duration  tokens  goal
  0199c0de-0000-7000-8000-000000000001  coder   failed         20 s   2,000  Fix the build
  0199c0de-0000-7000-8000-000000000002  helper  completed       5 s     450  Read the log

Costliest runs
  run                                   agent   outcome    duration  tokens  goal
  0199c0de-0000-7000-8000-000000000001  coder   failed         20 s   2,000  Fix the build
  0199c0de-0000-7000-8000-000000000002  helper  completed       5 s     450  Read the log

Tools
  tool        calls  failures  denials  median  p95
  shell           1         1        0     4 s  4 s
  write_file      1         0        1       -    -

Models
  model              calls  errors  median    p95  tokens  share
  openai/gpt-5           1       0   2.5 s  2.5 s   1,550   78 %  ███████▊
  openai/gpt-5-mini      1       0   3.5 s  3.5 s     450   23 %  ██▎

Budgets
  budget of    consumed  limit   left  used
  agent coder     1,550  5,000  3,450  31 %  ███░░░░░░░

Security
  severity  category          count  blocked
  Warning   PermissionDenied      1        1

Journal
  1 file of 1 log, 3.6 KiB
  <n> free on the disk
`
const RUN_AT_80 = `run 0199c0de-0000-7000-8000-000000000001  2026-11-22 10:00:00 (UTC)
10:00:00 ✗ coder failed, 2,000 tokens: the build…         20 s ━━━━━━━━━━━━━━━━
10:00:00 ├─ call to openai/gpt-5 used 1,550 toke…        2.5 s ━━
10:00:04 ├─ ✗ tool shell failed in 4 s: exit cod…          4 s    ━━━
10:00:09 ├─ agent coder consumed 1,550 of 5,000 …                     ·
10:00:10 ├─ helper completed, 450 tokens · Read …          5 s         ━━━━
10:00:10 │  └─ call to openai/gpt-5-mini used 45…        3.5 s         ━━━
10:00:15 ├─ tool write_file was denied: outside …        20 ms             ━
10:00:17 └─ PermissionDenied: File write blocked…                           ·
`
const RUN_AT_200 = `run 0199c0de-0000-7000-8000-000000000001  2026-11-22 10:00:00 (UTC)
10:00:00 ✗ coder failed, 2,000 tokens: the build is still broken · Fix the build                                                                          20 s ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
10:00:00 ├─ call to openai/gpt-5 used 1,550 tokens in 2.5 s                                                                                              2.5 s  ━━━━━
10:00:04 ├─ ✗ tool shell failed in 4 s: exit code 2 \\x1b[2J\\x1b]52;c;cm0gLXJm\\x07\\x9b1m⟪U+202E⟫evil⟪U+200B⟫                                                4 s         ━━━━━━━━
10:00:09 ├─ agent coder consumed 1,550 of 5,000 tokens (31 %)                                                                                                                    ·
10:00:10 ├─ helper completed, 450 tokens · Read the log                                                                                                    5 s                     ━━━━━━━━━━
10:00:10 │  └─ call to openai/gpt-5-mini used 450 tokens in 3.5 s                                                                                        3.5 s                      ━━━━━━━
10:00:15 ├─ tool write_file was denied: outside the project                                                                                              20 ms                                ━
10:00:17 └─ PermissionDenied: File write blocked (blocked)                                                                                                                                       ·
`

describe('kansa stats', () => {
  const newFolder = useFolders()
  const newJournal = (): string => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': `${SAMPLE_RUN.join('\n')}\n` })
    return dir
  }
  const stats = async (dir: string, ...args: string[]): Promise<Finished> =>
    await kansa(['stats', '--dir', dir, ...args])

  describe('on a terminal', () => {
    before(function () {
      if (HAS_SCRIPT) return
      console.log('skipped: there is no `script` to make a terminal')
      this.skip()
    })
    const shown = (columns: number, ...args: string[]): string => {
      const dir = newJournal()
      const env = { COLUMNS: String(columns), NO_COLOR: '1' }
      return onTerminal(['stats', '--utc', '--dir', dir, ...args], env)
        .replace(dir, '<dir>')
        .replace(/\S+ \S+ free on the disk/, '<n> free on the disk')
    }

    it('shows everything at 80 columns', () => expect(shown(80)).to.equal(AT_80))
    it('shows more at 200 columns', () => expect(shown(200)).to.equal(AT_200))
    it('shows a run as a tree at 80 columns', () => expect(shown(80, '--run', ROOT_RUN)).to.equal(RUN_AT_80))
    it('shows a run as a tree at 200 columns', () => expect(shown(200, '--run', ROOT_RUN)).to.equal(RUN_AT_200))

    it('says where a run failed not by colour alone, and sends no escape of the data', () => {
      const tree = onTerminal(['stats', '--dir', newJournal(), '--run', ROOT_RUN], { COLUMNS: '200' })
      expect(tree).to.include('✗ tool shell failed').and.include('\\x1b]52;c;cm0gLXJm\\x07')
      expect(tree).to.not.include('\u001b]').and.not.include('\u001b[2J')
      expect(tree).to.include('\u001b[31m')
    })

    it('says whose clock the times are from', () => {
      const local = onTerminal(['stats', '--dir', newJournal()], { COLUMNS: '80', NO_COLOR: '1', TZ: 'Asia/Kolkata' })
      expect(local).to.include('2026-11-22 15:30:00 to 2026-11-22 15:30:20 (local time)')
      expect(local).to.include('hour (local time)').and.include('2026-11-22 15:00')
    })

    it('is one JSON value with --json, harmless for the terminal', () => {
      const report = onTerminal(['stats', '--json', '--dir', newJournal()], {})
      expect(report).to.not.match(/[\u001b\u202e\u200b]/)
      expect(JSON.parse(report).events.total).to.equal(10)
    })
  })

  it('reports all of it as JSON', async () => {
    const dir = newJournal()
    const { code, stdout, stderr } = await stats(dir, '--json')
    expect([code, stderr]).to.deep.equal([0, ''])
    const report = JSON.parse(stdout)
    expect(report).to.include({ source: dir, zone: 'local time', first_event: '2026-11-22T10:00:00.000Z' })
    expect(report.events.by_kind).to.deep.equal({
      AgentExecution: 4,
      ApiCall: 2,
      ToolCall: 2,
      TokenUsage: 1,
      Security: 1,
    })
    expect(report.agents).to.have.lengthOf(2)
    expect(report.slowest_runs[0]).to.include({ run_id: ROOT_RUN, duration_ms: 20_000, status: 'Failed' })
    expect(report.writing).to.include({ logs: 1, files: 1, bytes: statSync(join(dir, 'audit.jsonl')).size })
    expect(report.damage).to.deep.equal({ lines: 0, files: [] })
  })

  it('gives a run as JSON with its steps and nested runs', async () => {
    const run = JSON.parse((await stats(newJournal(), '--json', '--run', ROOT_RUN)).stdout)
    expect(run).to.include({ run_id: ROOT_RUN, agent: 'coder', status: 'Failed', duration_ms: 20_000, tokens: 2000 })
    expect(run.steps).to.have.lengthOf(5)
    expect(run.nested[0]).to.include({ agent: 'helper', status: 'Completed' })
    expect(run.nested[0].steps[0].event.event_type.data.model).to.equal('gpt-5-mini')
  })

  it('is about what the filters leave', async () => {
    const { stdout } = await stats(newJournal(), '--json', '--type', 'tool', '--where', 'tool_name=shell')
    const report = JSON.parse(stdout)
    expect(report.events.total).to.equal(1)
    expect(report.agents).to.deep.equal([])
    expect(report.writing).to.not.have.property('events_per_day')
  })

  it('tells how fast the log grows, once there is enough to tell', async () => {
    const dir = newJournal()
    const later = SAMPLE_RUN[0]?.replace('T10:00:00.000Z","actor', 'T16:00:00.000Z","actor')
    appendFileSync(join(dir, 'audit.jsonl'), `${later}\n`)
    const { writing } = JSON.parse((await stats(dir, '--json')).stdout)
    expect(writing.events_per_day).to.equal(44)
    expect(writing.bytes_per_day).to.equal(writing.bytes * 4)
    expect(writing.days_until_full).to.equal(writing.free_bytes / writing.bytes_per_day)
    expect((await stats(dir)).stdout).to.match(
      /written at 44 events and .* KiB a day\n.* free on the disk, which lasts/,
    )
  })

  it('counts damaged lines, names them, and goes on', async () => {
    const dir = newJournal()
    appendFileSync(join(dir, 'audit.jsonl'), 'rubbish\n{"id":"torn')
    const { code, stdout, stderr } = await stats(dir)
    expect(code).to.equal(0)
    expect(stdout).to.include('2 lines passed over because they are no events')
    expect(stderr).to.match(/audit\.jsonl: passed over 2 lines that are no events/)
  })

  it('says what to do about a run that is not there', async () => {
    const { code, stdout, stderr } = await stats(newJournal(), '--run', 'nowhere')
    expect([code, stdout]).to.deep.equal([2, ''])
    expect(stderr).to.match(/there is no run "nowhere".*kansa query --type agent/)
  })

  it('refuses other filters beside --run, which shows a whole run', async () => {
    const { code, stdout, stderr } = await stats(newJournal(), '--run', ROOT_RUN, '--type', 'tool')
    expect([code, stdout]).to.deep.equal([2, ''])
    expect(stderr).to.match(/--run shows a whole run: --type does not go with it/)
  })

  it('says so when there is nothing', async () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': '' })
    const { code, stdout } = await stats(dir)
    expect([code, stdout]).to.deep.equal([
      0,
      `${dir}: no events\n\nJournal\n  1 file of 1 log, 0 bytes\n${stdout.split('\n').at(-2)}\n`,
    ])
    expect((await stats('nowhere')).code).to.equal(3)
  })

  it('writes nothing into the folder', async () => {
    const dir = newJournal()
    const state = (): string[] =>
      ['.', ...readdirSync(dir)].map(name => {
        const { ino, size, mtimeNs, ctimeNs } = statSync(join(dir, name), { bigint: true })
        return [name, ino, size, mtimeNs, ctimeNs].join(' ')
      })
    const before = state()
    await stats(dir)
    await stats(dir, '--run', ROOT_RUN)
    expect(state()).to.deep.equal(before)
  })
})
