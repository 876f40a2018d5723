/** The completion script for fish. */
import { fieldNames } from '../../query/field-catalogue.ts'
import type { CompletedCommand, CompletedFlag } from './completed-command.ts'
import type { FlagValue } from './flag-value.ts'

export function fishScript([program, ...commands]: readonly [CompletedCommand, ...CompletedCommand[]]): string {
  return `# fish completion for kansa, written by: kansa completion fish

set -g __kansa_fields ${fieldNames().join(' ')}

function __kansa_has_no_command
    test (count (commandline -opc)) -eq 1
end

function __kansa_command_is
    set -l words (commandline -opc)
    test "$words[2]" = $argv[1]
end

function __kansa_has_no_word
    test (count (commandline -opc)) -eq 2
end

# Puts what matches the pattern $argv[1] at the start of the value in front of the words behind it.
function __kansa_behind
    set -l value (commandline -ct | string replace -r -- '^--[^=]*=' '')
    printf '%s\\n' (string match -r -- $argv[1] $value)$argv[2..-1]
end

complete -c kansa -f
${program.flags.map(flag => flagLine(flag, '__kansa_has_no_command')).join('\n')}
${program.words.map(({ name, about }) => `complete -c kansa -n __kansa_has_no_command -a ${name} -d ${quoted(about)}`).join('\n')}
${commands.map(commandLines).join('\n')}
`
}

function commandLines({ name, flags, words, takesFiles }: CompletedCommand): string {
  const condition = `__kansa_command_is ${name}`
  const named = words.map(
    word =>
      `complete -c kansa -n '${condition}; and __kansa_has_no_word' -a ${word.name}` +
      (word.about === '' ? '' : ` -d ${quoted(word.about)}`),
  )
  const files = takesFiles ? [`complete -c kansa -n ${quoted(condition)} -F`] : []
  return ['', ...named, ...files, ...flags.map(flag => flagLine(flag, condition))].join('\n')
}

function flagLine({ names, about, value }: CompletedFlag, condition: string): string {
  const flags = names.map(name => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ')
  return `complete -c kansa -n ${quoted(condition)} ${flags}${valueOf(value)} -d ${quoted(about)}`
}

function valueOf(value: FlagValue | undefined): string {
  if (value === undefined) return ''
  if (value.kind === 'free') return ' -x'
  if (value.kind === 'path') return ' -r -F'
  const words = value.words === 'fields' ? '$__kansa_fields' : value.words.join(' ')
  switch (value.shape) {
    case 'one':
      return ` -x -a ${quoted(words)}`
    case 'list':
      return ` -x -a ${quoted(`(__kansa_behind "^(?:.*,)?" ${words})`)}`
    case 'order':
      return ` -x -a ${quoted(`(__kansa_behind "^-?" ${words})`)}`
    case 'condition':
      return ` -x -a ${quoted(`${words}=`)}`
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}
