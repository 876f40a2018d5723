import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { VERSION } from '../../src/pipeline/version.ts'
import { kansa } from './support/kansa.ts'

describe('the kansa command line', () => {
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
    { name: 'a word too many', args: ['tail', 'audit'], message: /too many arguments/ },
    { name: 'an unknown flag of kansa itself', args: ['--versoin'], message: /--version/ },
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

  it('helps with the commands there are, and with examples for each', async () => {
    const { code, stdout } = await kansa(['--help'])
    expect(code).to.equal(0)
    const commands = [...stdout.matchAll(/^ {2}(\w+) .*/gm)].map(match => match[1])
    expect(commands).to.include.members(['demo', 'tail'])
    for (const absent of ['verify', 'query', 'stats', 'dashboard']) expect(commands).to.not.include(absent)
    for (const command of ['demo', 'tail']) {
      const help = await kansa([command, '--help'])
      expect(help.stdout).to.match(new RegExp(`Usage: kansa ${command}[^]*Examples:\n  kansa ${command}`))
      expect([help.code, help.stderr]).to.deep.equal([0, ''])
    }
  })
})
