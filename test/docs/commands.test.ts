import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Command } from 'commander'
import { kansaProgram } from '../../src/cli/program.ts'
import { commandsOf, PAGES, ROOT, simpleCommands, textOf } from './support/pages.ts'

/** Programs that are not ours. */
const ORDINARY = new Set(['awk', 'cat', 'cd', 'curl', 'docker', 'duckdb', 'git', 'go', 'grep', 'jq', 'otelcol-contrib'])
for (const name of ['echo', 'gzip', 'sort', 'source', 'tail', 'uniq', 'wc']) ORDINARY.add(name)
for (const name of ['base64', 'cp', 'export', 'mkdir', 'openssl', 'printf', 'sed', 'test']) ORDINARY.add(name)
const NPM: Readonly<Record<string, string>> = { cit: 'test', test: 'test', start: 'start' }
const scripts: Record<string, string> = JSON.parse(textOf('package.json')).scripts
const program = kansaProgram()

/** Why a command that a page shows does not exist; `undefined` when it does. */
function flaw([name = '', ...args]: readonly string[]): string | undefined {
  const [first = ''] = args
  if (name === 'npx') return first === 'kansa' ? kansaFlaw(args.slice(1)) : 'not a command of this package'
  if (name === 'kansa') return kansaFlaw(args)
  // What is loaded beforehand goes before a program of the reader's.
  if (name === 'node') return first === '--import' || first === '--require' ? undefined : fileFlaw(first)
  if (name === '.ci/run') return fileFlaw(name)
  if (name !== 'npm') return ORDINARY.has(name) ? undefined : 'unknown program'
  const script = first === 'run' ? args.find((word, index) => index > 0 && !word.startsWith('-')) : NPM[first]
  if (script === undefined) return ['install', 'pack', 'ci'].includes(first) ? undefined : 'unknown npm command'
  return script in scripts ? undefined : `no script ${script}`
}

function kansaFlaw([name = '', ...args]: readonly string[]): string | undefined {
  // `kansa <command> --help` is about all of them; `help` is commander's own.
  if (name === '<command>') return flagFlaw(program, args)
  if (name === 'help') return kansaFlaw([...args, '--help'])
  const command = name.startsWith('-') ? program : program.commands.find(known => known.name() === name)
  if (command === undefined) return `no command ${name}`
  return flagFlaw(command, command === program ? [name, ...args] : args)
}

function flagFlaw(command: Command, args: readonly string[]): string | undefined {
  // A `-` alone is a value: standard input.
  const flags = args.filter(word => /^-./.test(word))
  const unknown = flags.find(flag => !flagsOf(command).includes(flag.split('=', 1)[0] ?? ''))
  return unknown === undefined ? undefined : `no flag ${unknown}`
}

function flagsOf(command: Command): string[] {
  return ['-h', '--help', ...command.options.flatMap(option => [option.short ?? '', option.long ?? ''])]
}

function fileFlaw(path: string): string | undefined {
  return existsSync(join(ROOT, path)) ? undefined : `no file ${path}`
}

describe('the commands in the documentation', () => {
  for (const page of PAGES.filter(page => commandsOf(page).length > 0)) {
    it(`exist: ${page}`, () => {
      const flaws = commandsOf(page).flatMap(words => {
        const why = flaw(words)
        return why === undefined ? [] : [`${words.join(' ')}: ${why}`]
      })
      expect(flaws).to.deep.equal([])
    })
  }

  it('are seen when they do not', () => {
    for (const command of [
      'npx kansa sing',
      'kansa tail --loudly',
      'kansa --nothing',
      'npm run dance',
      'npm strat',
      'node examples/nothing.ts',
      'npx cowsay',
      "jq '.' audit.jsonl | frobnicate",
    ]) {
      expect(simpleCommands(command).map(flaw).some(Boolean), command).to.be.true
    }
  })

  it('are all of them: each kansa command is shown somewhere', () => {
    const shown = PAGES.flatMap(commandsOf).map(words => (words[0] === 'npx' ? words.slice(1) : words))
    const names = shown.filter(([name]) => name === 'kansa').map(([, command]) => command)
    expect(names).to.include.members(program.commands.map(command => command.name()))
  })
})
