/** The completion script for bash. It must run in the bash 3.2 of macOS, and starts nothing while a person types. */
import { fieldNames } from '../../query/field-catalogue.ts'
import type { CompletedCommand } from './completed-command.ts'
import type { FlagValue } from './flag-value.ts'

export function bashScript([program, ...commands]: readonly [CompletedCommand, ...CompletedCommand[]]): string {
  return `# bash completion for kansa, written by: kansa completion bash

# Takes those of the words $1 that begin with $word: behind $head, with $2 behind them.
_kansa_offer() {
  local offered
  for offered in $1; do
    if [[ $offered == "$word"* ]]; then COMPREPLY+=("$head$offered\${2-}"); fi
  done
}

# The same for the last item of a list.
_kansa_offer_item() {
  if [[ $word == *,* ]]; then head+=\${word%,*}, word=\${word##*,}; fi
  _kansa_offer "$1"
  compopt -o nospace 2>/dev/null
}

# The same, with a "-" in front or without.
_kansa_offer_order() {
  if [[ $word == -* ]]; then head+=- word=\${word#-}; fi
  _kansa_offer "$1"
}

# The same for the name in front of an operator.
_kansa_offer_name() {
  _kansa_offer "$1" =
  compopt -o nospace 2>/dev/null
}

_kansa_offer_paths() {
  compopt -o default 2>/dev/null && return
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$word"))
}

_kansa() {
  local IFS=$' \\t\\n' fields='${fieldNames().join(' ')}'
  local word=\${COMP_WORDS[COMP_CWORD]} flag=\${COMP_WORDS[COMP_CWORD - 1]} head='' joined=''
  COMPREPLY=()
  # Readline knows of an open quote.
  word=\${word#[\\'\\"]}
  # \`--flag=value\` comes as three words, unless somebody took "=" from COMP_WORDBREAKS.
  if [[ $word == = ]]; then
    joined=yes word=''
  elif [[ $flag == = ]]; then
    joined=yes flag=\${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $word == --*=* ]]; then
    joined=yes flag=\${word%%=*}
    head=$flag= word=\${word#*=}
  fi
  if ((COMP_CWORD == 1)); then
    _kansa_offer '${[...program.words.map(({ name }) => name), ...flagsOf(program)].join(' ')}'
    return
  fi
  local flags='' words='' files=''
  case \${COMP_WORDS[1]} in
${commands.map(commandCase).join('\n')}
  esac
  if [[ $joined ]]; then return; fi
  if [[ $files && $word != -* ]]; then
    _kansa_offer_paths
    return
  fi
  if ((COMP_CWORD == 2)); then _kansa_offer "$words"; fi
  if [[ $word == -* || -z $words ]]; then _kansa_offer "$flags"; fi
}

complete -F _kansa kansa
`
}

function commandCase(command: CompletedCommand): string {
  const valued = command.flags.flatMap(({ names, value }) => (value === undefined ? [] : [{ names, value }]))
  const byOffer = Map.groupBy(valued, ({ value }) => offer(value))
  const cases = [...byOffer].map(
    ([offered, flags]) => `        ${flags.flatMap(({ names }) => names).join(' | ')}) ${offered}return ;;`,
  )
  return [
    `    ${command.name})`,
    ...(cases.length === 0 ? [] : ['      case $flag in', ...cases, '      esac']),
    `      flags='${flagsOf(command).join(' ')}'`,
    ...(command.words.length === 0 ? [] : [`      words='${command.words.map(({ name }) => name).join(' ')}'`]),
    ...(command.takesFiles ? ['      files=yes'] : []),
    '      ;;',
  ].join('\n')
}

const OFFERS = {
  one: '_kansa_offer',
  list: '_kansa_offer_item',
  order: '_kansa_offer_order',
  condition: '_kansa_offer_name',
}

function offer(value: FlagValue): string {
  if (value.kind === 'free') return ''
  if (value.kind === 'path') return '_kansa_offer_paths; '
  return `${OFFERS[value.shape]} ${value.words === 'fields' ? '"$fields"' : `'${value.words.join(' ')}'`}; `
}

/** The long ones: nobody needs help with the two characters of a short one. */
function flagsOf({ flags }: CompletedCommand): string[] {
  return flags.flatMap(({ names }) => names.slice(-1))
}
