import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import { bashOffers, COMPLETED, HAS_BASH, longFlags, syntaxErrors, useCompletionScript } from './support/shells.ts'
import { HAS_TMUX } from './support/terminal.ts'
import { PROMPT, TypedShell } from './support/typed-shell.ts'

const [program, ...commands] = COMPLETED

describe('kansa completion bash', () => {
  const newFolder = useFolders()
  const text = useCompletionScript('bash', HAS_BASH)
  let script: string
  beforeEach(() => {
    script = join(newFolder(), 'kansa.bash')
    writeFileSync(script, text())
  })
  const offers = (...words: readonly string[]): string[] => bashOffers(script, 'kansa', ...words)

  it('is a script without errors', () => {
    expect(syntaxErrors('bash', script)).to.equal('')
  })

  it('offers every command, and every flag of each', () => {
    expect(offers('')).to.have.members([...program.words.map(({ name }) => name), ...longFlags(program)])
    for (const command of commands) expect(offers(command.name, '--')).to.have.members(longFlags(command))
  })

  const cases: readonly { readonly name: string; readonly words: readonly string[]; readonly offered: string[] }[] = [
    { name: 'commands that begin so', words: ['do'], offered: ['doctor'] },
    { name: 'commands behind help', words: ['help', 'qu'], offered: ['query'] },
    { name: 'shells', words: ['completion', ''], offered: ['bash', 'zsh', 'fish'] },
    { name: 'one shell only', words: ['completion', 'bash', ''], offered: [] },
    { name: 'choices', words: ['query', '-o', ''], offered: ['table', 'ndjson', 'json', 'csv'] },
    { name: 'levels', words: ['tail', '--severity', ''], offered: ['info', 'warn', 'error', 'critical'] },
    { name: 'levels behind =', words: ['tail', '--severity', '=', 'w'], offered: ['warn'] },
    { name: 'levels right behind =', words: ['tail', '--severity', '=', 'c'], offered: ['critical'] },
    { name: 'a value where = cuts no words', words: ['tail', '--severity=w'], offered: ['--severity=warn'] },
    { name: 'kinds', words: ['tail', '--type', 's'], offered: ['security'] },
    { name: 'a further kind', words: ['tail', '--type', 'agent,to'], offered: ['agent,tool', 'agent,token'] },
    {
      name: 'a further kind behind =',
      words: ['tail', '--type', '=', 'agent,a'],
      offered: ['agent,agent', 'agent,api'],
    },
    { name: 'packs', words: ['scan', '--pack', 'email,p'], offered: ['email,phone'] },
    { name: 'fields', words: ['query', '--count-by', 'tool_n'], offered: ['tool_name'] },
    { name: 'further fields', words: ['query', '--sum', 'a,duration_'], offered: ['a,duration_secs', 'a,duration_ms'] },
    { name: 'a field to sort by', words: ['query', '--sort', 'duration_m'], offered: ['duration_ms'] },
    { name: 'a field to sort by downwards', words: ['query', '--sort', '=', '-duration_m'], offered: ['-duration_ms'] },
    { name: 'the name in a condition', words: ['tail', '--where', 'tool_n'], offered: ['tool_name='] },
    { name: 'the name in a quoted condition', words: ['tail', '--where', "'tool_n"], offered: ['tool_name='] },
    { name: 'nothing for the value in a condition', words: ['tail', '--where', 'tool_name', '=', ''], offered: [] },
    { name: 'nothing right behind a condition', words: ['tail', '--where', 'tool_name', '='], offered: [] },
    { name: 'nothing where nobody knows', words: ['tail', '--run', ''], offered: [] },
    { name: 'nothing for an unknown command', words: ['sing', '--'], offered: [] },
  ]
  for (const { name, words, offered } of cases) {
    it(`offers ${name}`, () => {
      expect(offers(...words)).to.have.members(offered)
    })
  }

  it('is what Tab asks for: names of files with spaces too, and no space behind what goes on', async function () {
    if (!HAS_TMUX) {
      console.log('skipped: there is no tmux')
      this.skip()
    }
    const folder = newFolder()
    writeFiles(folder, { '.bashrc': `PS1='${PROMPT} '\nsource ${script}\n`, 'my audit.jsonl': '' })
    const shell = new TypedShell(folder, ['bash', '--noprofile', '--rcfile', join(folder, '.bashrc'), '-i'])
    try {
      await shell.type('kansa tail --sev', 'Tab', 'w', 'Tab', '-')
      await shell.showsExactly('kansa tail --severity warn -')
      await shell.type('kansa query --fields timestamp,tool_n', 'Tab', ',')
      await shell.showsExactly('kansa query --fields timestamp,tool_name,')
      await shell.type('kansa query --where tool_n', 'Tab', 'x')
      await shell.showsExactly('kansa query --where tool_name=x')
      await shell.type('kansa query --dir my', 'Tab', '-')
      await shell.showsExactly(String.raw`kansa query --dir my\ audit.jsonl -`)
      await shell.type('kansa query --dir=my', 'Tab', '-')
      await shell.showsExactly(String.raw`kansa query --dir=my\ audit.jsonl -`)
      await shell.type('kansa scan --json my', 'Tab', '-')
      await shell.showsExactly(String.raw`kansa scan --json my\ audit.jsonl -`)
    } finally {
      shell.end()
    }
  })
})
