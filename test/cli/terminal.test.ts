import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect } from 'chai'
import { useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import { environment, kansa, MAIN } from './support/kansa.ts'
import { SAMPLE_LINES } from './support/sample-events.ts'
import { SAMPLE_RUN } from './support/sample-run.ts'
import { HAS_SCRIPT, HAS_TMUX, onTerminal, quoted } from './support/terminal.ts'

const AT_80 = `── 2026-11-22 (UTC) ──
23:59:50 code-reviewer Agent    agent code-reviewer started: Review PR #123
23:59:51 openai/gpt-5  API      call to openai/gpt-5 used 1,550 tokens in 2.3 s
23:59:52 code-reviewer Tool     tool shell succeeded in 150 ms · {"cmd":"git di…
23:59:53 code-reviewer Tool     WARN tool write_file was denied: outside the pr…
23:59:54 file-tool     Security CRIT PermissionDenied: File write blocked (bloc…
23:59:55 a-very-long-… Tokens   WARN agent code-reviewer consumed 4,500 of 5,00…
23:59:56 code-reviewer Agent    ERROR agent code-reviewer failed after 12.5 s: …
── 2026-11-23 (UTC) ──
00:00:01 -             Tool     tool ? succeeded
`
const RUNS_AT_80 = `── 2026-11-22 (UTC) ──
10:00:00 coder         Agent    ┏ agent coder started: Fix the build
10:00:03 coder         API      ┃ call to openai/gpt-5 used 1,550 tokens in 2.5…
10:00:08 coder         Tool     ┃ ERROR tool shell failed in 4 s: exit code 2 \\…
10:00:09 coder         Tokens   ┃ agent coder consumed 1,550 of 5,000 tokens (3…
10:00:10 helper        Agent    │ ┏ agent helper started: Read the log
10:00:14 coder         API      │ ┃ call to openai/gpt-5-mini used 450 tokens i…
10:00:15 helper        Agent    │ ┗ agent helper completed after 5 s, 450 tokens
10:00:16 coder         Tool     ┃ WARN tool write_file was denied: outside the …
10:00:17 write_file    Security ┃ WARN PermissionDenied: File write blocked (bl…
10:00:20 coder         Agent    ┗ ERROR agent coder failed after 20 s: the buil…
`
const AT_200 = `── 2026-11-22 (UTC) ──
23:59:50.123 code-reviewer            Agent    INFO  agent code-reviewer started: Review PR #123
23:59:51.123 openai/gpt-5             API      INFO  call to openai/gpt-5 used 1,550 tokens in 2.3 s · I will look at 差分 first
23:59:52.123 code-reviewer            Tool     INFO  tool shell succeeded in 150 ms · {"cmd":"git diff"} → diff \\x1b[2J\\x1b]52;c;cm0gLXJm\\x07\\x9b1m⟪U+202E⟫evil⟪U+200B⟫
23:59:53.123 code-reviewer            Tool     WARN  tool write_file was denied: outside the project · {"path":"/etc/passwd"}
23:59:54.123 file-tool                Security CRIT  PermissionDenied: File write blocked (blocked) · path=/etc/passwd
23:59:55.123 a-very-long-actor-name-… Tokens   WARN  agent code-reviewer consumed 4,500 of 5,000 tokens (90 %) · LLM API call
23:59:56.123 code-reviewer            Agent    ERROR agent code-reviewer failed after 12.5 s: the model gave up · 4,500 tokens
── 2026-11-23 (UTC) ──
00:00:01.000 -                        Tool     INFO  tool ? succeeded
`

describe('kansa tail on a terminal', () => {
  const newFolder = useFolders()
  const newJournal = (): string => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': `${SAMPLE_LINES.join('\n')}\n` })
    return dir
  }

  describe('(through script)', () => {
    before(function () {
      if (HAS_SCRIPT) return
      console.log('skipped: there is no `script` to make a terminal')
      this.skip()
    })
    const tail = (env: Readonly<Record<string, string>>, ...args: string[]): string =>
      onTerminal(['tail', '--dir', newJournal(), ...args], env)

    it('shows one line per event at 80 columns', () => {
      expect(tail({ COLUMNS: '80', NO_COLOR: '1' }, '--utc')).to.equal(AT_80)
    })

    it('shows more at 200 columns', () => {
      expect(tail({ COLUMNS: '200', NO_COLOR: '1' }, '--utc')).to.equal(AT_200)
    })

    it('colours what it shows, and resets every colour on its line', () => {
      const coloured = tail({ COLUMNS: '80' }, '--utc')
      expect(stripVTControlCharacters(coloured)).to.equal(AT_80)
      expect(coloured).to.include('\u001b[36mAgent   \u001b[39m').and.include('\u001b[33mWARN\u001b[39m')
      const sequences = coloured.match(/\u001b[^a-zA-Z]*[a-zA-Z]/g) ?? []
      expect(new Set(sequences.map(sequence => sequence.replaceAll(/\d+/g, 'N')))).to.deep.equal(new Set(['\u001b[Nm']))
      for (const line of coloured.split('\n')) expect(opened(line)).to.equal(0)
    })

    it('has no colours with NO_COLOR, FORCE_COLOR=0 or TERM=dumb, and has them with FORCE_COLOR', () => {
      for (const env of [{ NO_COLOR: '1' }, { FORCE_COLOR: '0' }, { TERM: 'dumb' }]) {
        expect(tail({ COLUMNS: '80', ...env }, '--utc')).to.equal(AT_80)
      }
      expect(tail({ COLUMNS: '80', TERM: 'dumb', FORCE_COLOR: '1' })).to.include('\u001b[36m')
    })

    it('shows local time and says so', () => {
      const shown = tail({ COLUMNS: '80', NO_COLOR: '1', TZ: 'Asia/Kolkata' }, '-n', '2')
      expect(shown).to.match(/^── 2026-11-23 \(local time, UTC\+05:30\) ──\n05:29:56 .*\n05:30:01 .*\n$/)
      const western = tail({ COLUMNS: '80', NO_COLOR: '1', TZ: 'America/New_York' }, '-n', '1')
      expect(western).to.match(/^── 2026-11-22 \(local time, UTC-05:00\) ──\n19:00:01 .*\n$/)
    })

    it('shows where runs begin and end, nested runs inside theirs, each in a colour of its own', () => {
      const dir = newFolder()
      writeFiles(dir, { 'audit.jsonl': `${SAMPLE_RUN.join('\n')}\n` })
      const args = ['tail', '--utc', '--dir', dir]
      expect(onTerminal(args, { COLUMNS: '80', NO_COLOR: '1' })).to.equal(RUNS_AT_80)
      const coloured = onTerminal(args, { COLUMNS: '80' })
      const marks = [...coloured.matchAll(/\u001b\[(\d+)m(?:│ )?[┏┃┗] \u001b/g)].map(([, colour]) => colour)
      expect(marks.length).to.equal(SAMPLE_RUN.length)
      expect(new Set(marks).size).to.equal(2)
    })

    it('shows stored lines with --json, harmless and of the same meaning', () => {
      const shown = tail({}, '--json')
      expect(shown.replaceAll('\n', '')).to.not.match(/[\p{Cc}\u202e\u200b]/u)
      const lines = shown.trimEnd().split('\n')
      expect(lines.map(line => JSON.parse(line))).to.deep.equal(SAMPLE_LINES.map(line => JSON.parse(line)))
    })
  })

  it('shows escapes as text in tmux, and sends none to the terminal', async function () {
    if (!HAS_TMUX) {
      console.log('skipped: there is no tmux')
      this.skip()
    }
    const dir = newJournal()
    const socket = join(dir, 'tmux.socket')
    const tmux = (...args: string[]): string => {
      const env = environment({ TERM: 'xterm-256color', LANG: 'C.UTF-8' })
      const { stdout, stderr, status } = spawnSync('tmux', ['-f', '/dev/null', '-u', '-S', socket, ...args], {
        encoding: 'utf8',
        env,
      })
      expect(status, stderr).to.equal(0)
      return stdout
    }
    const command = [process.execPath, MAIN, 'tail', '-f', '--utc', '--dir', dir].map(quoted).join(' ')
    tmux('new-session', '-d', '-x', '200', '-y', '20', command)
    try {
      const screen = async (until: string): Promise<string> => {
        const deadline = performance.now() + 15_000
        for (;;) {
          const shown = tmux('capture-pane', '-p')
          if (shown.includes(until)) return `${shown.trimEnd()}\n`
          if (performance.now() > deadline) throw new Error(`not on the screen: ${until}\n${shown}`)
          await new Promise(resolve => setTimeout(resolve, 50))
        }
      }
      expect(await screen('tool ?')).to.equal(AT_200)
      appendFileSync(join(dir, 'audit.jsonl'), `${SAMPLE_LINES[2]?.replace('git diff', 'git diff again')}\n`)
      expect(await screen('diff again')).to.include('again"} → diff \\x1b[2J\\x1b]52;c;cm0gLXJm\\x07')
      expect(tmux('list-buffers')).to.equal('')
    } finally {
      tmux('kill-server')
    }
  })

  it('is not what a pipe gets, not even with FORCE_COLOR', async () => {
    const { stdout } = await kansa(['tail', '--dir', newJournal()], { env: { FORCE_COLOR: '1', COLUMNS: '80' } })
    expect(stdout).to.equal(`${SAMPLE_LINES.join('\n')}\n`)
  })
})

/** Styles that a line turns on and does not turn off. */
function opened(line: string): number {
  const codes = [...line.matchAll(/\u001b\[(\d+)m/g)].map(match => Number(match[1]))
  const isReset = (code: number): boolean => [22, 27, 39].includes(code)
  return codes.filter(code => !isReset(code)).length - codes.filter(isReset).length
}
