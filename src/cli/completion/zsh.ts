/** The completion script for zsh: a file `_kansa` on the fpath, or one to be sourced. */
import { fieldNames } from '../../query/field-catalogue.ts'
import type { CompletedCommand, CompletedFlag } from './completed-command.ts'
import type { FlagValue } from './flag-value.ts'

export function zshScript([program, ...commands]: readonly [CompletedCommand, ...CompletedCommand[]]): string {
  return `#compdef kansa
# zsh completion for kansa, written by: kansa completion zsh

_kansa_fields() {
  local -a fields=(${fieldNames().join(' ')})
  compadd "$@" -a fields
}

# With a "-" in front or without.
_kansa_order() {
  compset -P -
  _kansa_fields "$@"
}

# The name in front of an operator; "=" goes when another one is typed.
_kansa_condition() {
  _kansa_fields "$@" -S = -r '=!<>~ '
}

_kansa_commands() {
  local -a commands=(
${program.words.map(({ name, about }) => `    ${quoted(`${name}:${about}`)}\n`).join('')}  )
  _describe -t commands command commands
}

_kansa() {
  local curcontext=$curcontext state line ret=1
  local -A opt_args
  _arguments -s -C \\
${program.flags.map(flag => `    ${flagSpec(flag, '- : *')}`).join('')}    '1:command:_kansa_commands' \\
    '*:: :->behind' && ret=0
  if [[ $state != behind ]]; then return ret; fi
  case $words[1] in
${commands.map(command => commandCase(command, program)).join('\n')}
  esac
}

# On the fpath this file is the function itself.
if [[ $funcstack[1] == _kansa ]]; then _kansa "$@"; else compdef _kansa kansa; fi
`
}

function commandCase({ name, flags, words, takesFiles }: CompletedCommand, program: CompletedCommand): string {
  const specs = flags.map(flag => flagSpec(flag, flag.names.includes('--help') ? '- *' : undefined))
  if (words === program.words) specs.push("'1:command:_kansa_commands' \\\n")
  else if (words.length > 0) specs.push(`'1: :(${words.map(word => word.name).join(' ')})' \\\n`)
  if (takesFiles) specs.push("'*:file:_files' \\\n")
  return `    ${name})
      _arguments -s \\
${specs
  .map(spec => `        ${spec}`)
  .join('')
  .replace(/ \\\n$/, '')}
      ;;`
}

/** `excluded` stands for what makes no sense beside the flag; by default the flag itself, where it stands only once. */
function flagSpec({ names, about, placeholder = '', value }: CompletedFlag, excluded?: string): string {
  const prefix = value?.repeated === true ? '*' : `(${excluded ?? names.join(' ')})`
  const forms = names.map(name => (value === undefined ? name : name + (name.startsWith('--') ? '=' : '+')))
  const form = forms.length === 1 ? forms.join('') : `'{${forms.join(',')}}'`
  const tail = value === undefined ? '' : `:${escaped(placeholder)}:${action(value)}`
  return `${quoted(prefix).slice(0, -1)}${form}${quoted(`[${escaped(about)}]${tail}`).slice(1)} \\\n`
}

function action(value: FlagValue): string {
  if (value.kind === 'free') return ' '
  if (value.kind === 'path') return '_files'
  if (value.words !== 'fields') {
    const words = value.words.join(' ')
    return value.shape === 'list' ? `_sequence compadd - ${words}` : `(${words})`
  }
  return {
    one: '_kansa_fields',
    list: '_sequence _kansa_fields',
    order: '_kansa_order',
    condition: '_kansa_condition',
  }[value.shape]
}

/** What stands inside of a specification for \`_arguments\`. */
function escaped(text: string): string {
  return text.replaceAll(/[\\[\]:]/g, String.raw`\$&`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
