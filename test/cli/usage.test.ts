import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { manualOf } from '../../src/cli/kansa-command.ts'
import { kansaProgram } from '../../src/cli/program.ts'
import { VERSION } from '../../src/pipeline/version.ts'
import { simpleCommands } from '../docs/support/pages.ts'
import { kansa } from './support/kansa.ts'

describe('the kansa command line', () => {
  const program = kansaProgram()
  const names = program.commands.map(command => command.name())
  const wrong = [
    {
      name: 'an unknown flag, with a suggestion',
      args: ['tail', '--folow'],
      message: /unknown option '--folow'[^]*--follow/,
    },
    { name: 'an unknown command, with a suggestion', args: ['tial'], message: /unknown command 'tial'[^]*tail/ },
    { name: 'a count that is none', args: ['tail', '-n', 'ten'], message: /'ten' is invalid.*whole number/ },
    { name: 'a negative count', args: ['tail', '-n', '-1'], message: /'-1' is invalid.*whole number/ },
    { name: 'a missing value', args: ['tail', '--dir'], message: /argument missing/ },
    { name: 'an empty folder', args: ['doctor', '--dir', ''], message: /'' is invalid.*not be empty/ },
    { name: 'a word too many', args: ['tail', 'audit'], message: /too many arguments/ },
    { name: 'an unknown flag of kansa itself', args: ['--versoin'], message: /--version/ },
    { name: 'a value that is no choice', args: ['query', '-o', 'jsn'], message: /'jsn' is invalid.*ndjson, json/ },
    { name: 'no command, with the help', args: [], message: /Usage: kansa/ },
  ]
  for (const { name, args, message } of wrong) {
    it(`exits with 2 for ${name}`, async () => {
      const { code, stdout, stderr } = await kansa(args)
      expect(stderr).to.match(message)
      expect([code, stdout]).to.deep.equal([2, ''])
    })
  }

  it("tells its version, which is the package's", async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    expect(await kansa(['--version'])).to.deep.equal({ code: 0, stdout: `${version}\n`, stderr: '' })
    expect(VERSION).to.equal(version)
  })

  it('helps with the commands there are, and only with those', async () => {
    const { code, stdout } = await kansa(['--help'])
    expect(code).to.equal(0)
    const section = /^Commands:\n((?: .*\n)+)/m.exec(stdout)?.[1] ?? ''
    const shown = [...section.matchAll(/^ {2}(\w+)/gm)].map(match => match[1])
    expect(shown).to.deep.equal([...names, 'help'])
    for (const absent of ['export', 'dashboard', 'serve', 'hook']) expect(shown).to.not.include(absent)
  })

  it('tells its exit codes', async () => {
    const { stdout } = await kansa(['--help'])
    const section = stdout.slice(stdout.indexOf('Exit codes:'))
    expect(section.match(/^ {2}\d /gm)).to.deep.equal(['  0 ', '  1 ', '  2 ', '  3 ', '  4 '])
  })

  for (const name of names) {
    it(`helps with ${name}, with examples, in the width of the terminal`, async () => {
      const width = async (columns: string, ...args: readonly string[]): Promise<number> => {
        const { code, stdout, stderr } = await kansa(args, { env: { COLUMNS: columns } })
        expect(stdout).to.match(new RegExp(`^Usage: kansa ${name} [^]*\nExamples:\n  (\\S.* )?<?\\(?kansa ${name}`))
        expect([code, stderr]).to.deep.equal([0, ''])
        return Math.max(...stdout.split('\n').map(line => line.length))
      }
      expect(await width('80', name, '--help')).to.be.at.most(80)
      expect(await width('120', 'help', name)).to.be.at.most(120)
    })
  }

  it('has examples that it can read', () => {
    const examples = [program, ...program.commands].flatMap(command => manualOf(command).examples)
    const lines = examples.map(([line]) => line.replace(/^source <\((.*)\)$/, '$1'))
    const calls = lines.flatMap(simpleCommands).filter(([first]) => first === 'kansa')
    expect(calls).to.have.length.of.at.least(lines.length)
    for (const [, name = '', ...args] of calls) {
      const command = name === 'help' ? program : program.commands.find(known => known.name() === name)
      expect(command, name).to.not.be.undefined
      const flags = args.filter(arg => /^-./.test(arg)).map(arg => arg.split('=', 1)[0])
      const known = command?.options.flatMap(({ short, long }) => [short, long])
      expect(known).to.include.members(flags)
    }
  })
})
