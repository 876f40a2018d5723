import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { fishScript } from '../../src/cli/completion/fish.ts'
import { useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import {
  COMPLETED,
  fishOffers,
  HAS_FISH,
  ODD,
  ODD_COMMANDS,
  syntaxErrors,
  useCompletionScript,
} from './support/shells.ts'

const [program, ...commands] = COMPLETED

describe('kansa completion fish', () => {
  const newFolder = useFolders()
  const text = useCompletionScript('fish', HAS_FISH)
  let script: string
  beforeEach(() => {
    script = join(newFolder(), 'kansa.fish')
    writeFileSync(script, text())
  })
  const offers = (line: string): string[] => fishOffers(script, line).map(({ text }) => text)

  it('is a script without errors', () => {
    expect(syntaxErrors('fish', script)).to.equal('')
  })

  it('offers every command and every flag of each, with what they do', () => {
    expect(fishOffers(script, 'kansa ')).to.have.deep.members(
      program.words.map(({ name, about }) => ({ text: name, about })),
    )
    for (const { name, flags } of commands) {
      const expected = flags.map(({ names, about }) => ({ text: names.at(-1), about }))
      expect(fishOffers(script, `kansa ${name} --`)).to.have.deep.members(expected)
    }
  })

  const cases: readonly { readonly line: string; readonly offered: readonly string[] }[] = [
    { line: 'kansa help qu', offered: ['query'] },
    { line: 'kansa completion ', offered: ['bash', 'zsh', 'fish'] },
    { line: 'kansa completion bash ', offered: [] },
    { line: 'kansa query -o ', offered: ['table', 'ndjson', 'json', 'csv'] },
    { line: 'kansa tail --severity ', offered: ['info', 'warn', 'error', 'critical'] },
    { line: 'kansa tail --severity=w', offered: ['--severity=warn'] },
    { line: 'kansa tail --type agent,to', offered: ['agent,tool', 'agent,token'] },
    { line: 'kansa tail --type=agent,sec', offered: ['--type=agent,security'] },
    { line: 'kansa query --sum total_tokens,duration_m', offered: ['total_tokens,duration_ms'] },
    { line: 'kansa query --sort duration_m', offered: ['duration_ms'] },
    { line: 'kansa query --sort=-duration_m', offered: ['--sort=-duration_ms'] },
    { line: 'kansa tail --where tool_n', offered: ['tool_name='] },
    { line: 'kansa tail --run ', offered: [] },
    { line: 'kansa sing --', offered: [] },
    { line: 'kansa tail --dir /us', offered: ['/usr/'] },
    { line: 'kansa tail /us', offered: [] },
    { line: 'kansa scan /us', offered: ['/usr/'] },
    { line: 'kansa scan --pack email,p', offered: ['email,phone'] },
  ]
  for (const { line, offered } of cases) {
    it(`offers ${offered.length === 0 ? 'nothing' : offered.join(' and ')} for \`${line}\``, () => {
      expect(offers(line)).to.have.members(offered)
    })
  }

  it('shows descriptions as they are', () => {
    const folder = newFolder()
    writeFiles(folder, { 'odd.fish': fishScript(ODD_COMMANDS) })
    expect(fishOffers(join(folder, 'odd.fish'), 'kansa go --')).to.deep.include({ text: '--odd', about: ODD })
  })
})
