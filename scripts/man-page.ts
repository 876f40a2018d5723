/** Writes dist/man/kansa.1, the manual page, from the definition of the commands. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command, Help, Option } from 'commander'
import { manualOf } from '../src/cli/kansa-command.ts'
import type { Example } from '../src/cli/manual.ts'
import { kansaProgram } from '../src/cli/program.ts'
import { bold, definition, escaped, italic, macro, paragraph, sentences, verbatim } from './roff.ts'

export const MAN_PAGE: string = join(import.meta.dirname, '../dist/man/kansa.1')

const ENVIRONMENT = [
  ['KANSA_DIR', 'The audit folder, where --dir does not name one. The agent that writes reads it too.'],
  ['NO_COLOR', 'Set to anything: no colours.'],
  ['FORCE_COLOR', 'Colours on a terminal that is not known to have them; 0 for none. A pipe never gets any.'],
  ['COLUMNS', "The width of lines and tables, instead of the terminal's own."],
  ['TZ', 'The time zone of times that are shown and of days that are counted.'],
] as const

const FILES = [
  ['./audit', 'The audit folder, where neither --dir nor KANSA_DIR names another one.'],
  ['audit.jsonl', 'Inside of it: the journal, one event per line.'],
  ['audit.jsonl.1, audit.jsonl.2 ...', 'Older parts of the journal, the newest first.'],
  ['writers/', 'Complete journals of further processes. Every command reads them too.'],
  ['lock', 'Who writes.'],
] as const

/** The same for the same version, wherever and whenever it is built. */
export function manPage(): string {
  const program = kansaProgram()
  const help = program.createHelp()
  const shared = sharedGroups(program)
  const { examples, exitCodes = [] } = manualOf(program)
  return `${[
    // No date: it would be that of the build.
    `.TH KANSA 1 "" "kansa ${escaped(program.version() ?? '')}" "Kansa Manual"`,
    // Not hyphenated, not justified: names must be found and copied as they are.
    '.nh',
    '.ad l',
    macro('SH', 'NAME'),
    escaped(`kansa - ${lowerFirst(withoutStop(program.description()))}`),
    macro('SH', 'SYNOPSIS'),
    synopsis(program, help),
    macro('SH', 'DESCRIPTION'),
    sentences(
      'Kansa records what AI agents do in a journal of JSON lines. The commands that read it do so also while an agent ' +
        'writes, and change nothing in it. Data go to standard output, everything else to standard error. On a ' +
        'terminal events are shown for people; a pipe gets them as JSON, one per line.',
    ),
    ...examplesText(examples),
    macro('SH', 'COMMANDS'),
    ...program.commands.flatMap(command => commandText(command, help, shared)),
    ...[...shared].flatMap(([heading, options]) => [
      macro('SH', titleOf(heading).toUpperCase()),
      sentences(remarkOf(heading)),
      ...options.map(option => optionText(option, help)),
    ]),
    macro('SH', 'OPTIONS'),
    ...help.visibleOptions(program).map(option => optionText(option, help)),
    macro('SH', 'EXIT STATUS'),
    ...exitCodes.map(([code, about]) => definition(bold(String(code)), about)),
    macro('SH', 'ENVIRONMENT'),
    ...ENVIRONMENT.map(([name, about]) => definition(bold(name), about)),
    macro('SH', 'FILES'),
    ...FILES.map(([path, about]) => definition(italic(path), about)),
    macro('SH', 'SEE ALSO'),
    `${bold('jq')}(1), ${bold('tail')}(1), ${bold('grep')}(1)`,
  ].join('\n')}\n`
}

function synopsis(program: Command, help: Help): string {
  return program.commands
    .map(command => `${bold(`kansa ${command.name()}`)} ${escaped(command.usage())}`)
    .concat(help.visibleOptions(program).map(option => `${bold('kansa')} ${bold(option.long ?? option.flags)}`))
    .join('\n.br\n')
}

function commandText(command: Command, help: Help, shared: ReadonlyMap<string, readonly Option[]>): string[] {
  const { notes, examples } = manualOf(command)
  const groups = Map.groupBy(command.options, option => option.helpGroupHeading ?? '')
  return [
    macro('SS', escaped(`kansa ${help.subcommandTerm(command)}`)),
    sentences(command.description()),
    ...command.registeredArguments.map(argument =>
      definition(italic(argument.name()), help.argumentDescription(argument)),
    ),
    ...[...groups].flatMap(([heading, options]) =>
      shared.has(heading)
        ? [paragraph(`${titleOf(heading)}: see ${titleOf(heading).toUpperCase()} below.`)]
        : options.map(option => optionText(option, help)),
    ),
    ...(notes === undefined ? [] : [paragraph(notes)]),
    ...examplesText(examples),
  ]
}

function optionText(option: Option, help: Help): string {
  const [flags = '', value] = help.optionTerm(option).split(/ (?=[<[])/)
  const names = flags.split(', ').map(bold).join(', ')
  return definition(
    value === undefined ? names : `${names} ${italic(value.slice(1, -1))}`,
    help.optionDescription(option),
  )
}

function examplesText(examples: readonly Example[]): string[] {
  if (examples.length === 0) return []
  const lines = examples.flatMap(([command, about]) => [
    ...(about === undefined ? [] : [italic(`# ${about}`)]),
    bold(command),
  ])
  return [paragraph('Examples:'), verbatim(lines)]
}

/** Options with a heading of their own that several commands have: described once. */
function sharedGroups(program: Command): ReadonlyMap<string, readonly Option[]> {
  const shared = new Map<string, readonly Option[]>()
  const seen = new Set<string>()
  for (const command of program.commands) {
    for (const [heading, options] of Map.groupBy(command.options, option => option.helpGroupHeading)) {
      if (heading === undefined) continue
      if (seen.has(heading)) shared.set(heading, options)
      seen.add(heading)
    }
  }
  return shared
}

/** `Filters` of `Filters (several …):`. */
function titleOf(heading: string): string {
  return /^[^(:]*/.exec(heading)?.[0].trim() ?? heading
}

/** `Several ….` of `Filters (several …):`. */
function remarkOf(heading: string): string {
  const remark = /\((.*)\)/.exec(heading)?.[1] ?? heading
  return `${remark.charAt(0).toUpperCase()}${remark.slice(1)}.`
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '')
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

export function writeManPage(): void {
  mkdirSync(dirname(MAN_PAGE), { recursive: true })
  writeFileSync(MAN_PAGE, manPage())
}

if (import.meta.main) writeManPage()
