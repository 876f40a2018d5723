import { join } from 'node:path'
import { expect } from 'chai'
import { zshScript } from '../../src/cli/completion/zsh.ts'
import { useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import { HAS_ZSH, ODD, ODD_COMMANDS, syntaxErrors, useCompletionScript } from './support/shells.ts'
import { HAS_TMUX } from './support/terminal.ts'
import { PROMPT, TypedShell } from './support/typed-shell.ts'

describe('kansa completion zsh', () => {
  const newFolder = useFolders()
  const fileWith = (text: string): string => {
    const folder = newFolder()
    writeFiles(folder, { 'kansa.zsh': text })
    return join(folder, 'kansa.zsh')
  }
  const script = useCompletionScript('zsh', HAS_ZSH)

  it('is a script without errors', () => {
    expect(syntaxErrors('zsh', fileWith(script()))).to.equal('')
  })

  describe('(typed in a terminal)', () => {
    before(function () {
      if (HAS_TMUX) return
      console.log('skipped: there is no tmux')
      this.skip()
    })
    let shell: TypedShell | undefined
    afterEach(() => {
      shell?.end()
      shell = undefined
    })

    /** zsh in a folder of its own, with these lines in its .zshrc. */
    const start = (...lines: readonly string[]): TypedShell => {
      const folder = newFolder()
      const settings = ['bindkey -e', 'autoload -Uz compinit', ...lines, `PS1='${PROMPT} '`]
      writeFiles(folder, { '.zshrc': settings.join('\n'), 'my audit.jsonl': '' })
      shell = new TypedShell(folder, ['zsh', '-d', '-i'], { ZDOTDIR: folder })
      return shell
    }
    const COMPINIT = 'compinit -u -D'
    const COMMANDS = 'query       -- Find events, count them, and add them up.'

    it('offers commands, flags and values, with what they do', async () => {
      const typed = start(COMPINIT, `source ${fileWith(script())}`)
      await typed.type('kansa ', 'Tab')
      await typed.showsLine(COMMANDS)
      await typed.type('kansa help qu', 'Tab', 'x')
      await typed.showsExactly('kansa help query x')
      await typed.type('kansa tail --wh', 'Tab', 'BSpace')
      await typed.showsExactly('kansa tail --where')
      await typed.type('kansa tail --wi', 'Tab', '-')
      await typed.showsExactly('kansa tail --wide -')
      await typed.type('kansa tail --w', 'Tab')
      await typed.showsLine("--wide   -- whole lines, not cut at the terminal's edge")
      await typed.type('kansa completion ', 'Tab')
      await typed.showsExactly('kansa completion', 'bash  fish  zsh')
      await typed.type('kansa query -o ', 'Tab')
      await typed.showsExactly('kansa query -o', 'csv     json    ndjson  table')
      await typed.type('kansa tail --severity=', 'Tab')
      await typed.showsExactly('kansa tail --severity=', 'critical  error     info      warn')
      await typed.type('kansa query --dir my', 'Tab', '-')
      await typed.showsExactly(String.raw`kansa query --dir my\ audit.jsonl -`)
      await typed.type('kansa scan --json my', 'Tab', '-')
      await typed.showsExactly(String.raw`kansa scan --json my\ audit.jsonl -`)
    })

    it('goes on with lists, names in conditions and orders', async () => {
      const typed = start(COMPINIT, `source ${fileWith(script())}`)
      await typed.type('kansa query --fields timestamp,tool_n', 'Tab', ',', 'model')
      await typed.showsExactly('kansa query --fields timestamp,tool_name,model')
      await typed.type('kansa query --type=agent,sec', 'Tab', 'Space', '-')
      await typed.showsExactly('kansa query --type=agent,security -')
      await typed.type('kansa tail --where tool_n', 'Tab', 'x')
      await typed.showsExactly('kansa tail --where tool_name=x')
      await typed.type('kansa tail --where tool_n', 'Tab', '~')
      await typed.showsExactly('kansa tail --where tool_name~')
      await typed.type('kansa query --sort=-duration_m', 'Tab', 'x')
      await typed.showsExactly('kansa query --sort=-duration_ms x')
    })

    it('is found on the fpath', async () => {
      const folder = newFolder()
      writeFiles(folder, { _kansa: script() })
      const typed = start(`fpath=(${folder} $fpath)`, COMPINIT)
      await typed.type('kansa ', 'Tab')
      await typed.showsLine(COMMANDS)
      await typed.type('kansa ', 'Tab')
      await typed.showsLine(COMMANDS)
    })

    it('shows descriptions as they are', async () => {
      const typed = start(COMPINIT, `source ${fileWith(zshScript(ODD_COMMANDS))}`)
      await typed.type('kansa go --', 'Tab')
      await typed.showsLine(`--odd   -- ${ODD}`)
    })
  })
})
