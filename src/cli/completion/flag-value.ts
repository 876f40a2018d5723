/** What the value of a flag may be, told by the placeholder that its help shows: `--type <kinds>`. */
import type { Option } from 'commander'
import { KIND_NAMES, LEVEL_NAMES } from '../filter-options.ts'
import { PACK_WORDS } from '../scan/pack-words.ts'

export type FlagValue =
  /** Nobody knows. */
  | { readonly kind: 'free'; readonly repeated: boolean }
  | { readonly kind: 'path'; readonly repeated: false }
  | {
      readonly kind: 'words'
      /** `fields`: all names of fields. They are many, so that scripts hold them once. */
      readonly words: 'fields' | readonly string[]
      /** `list`: several with commas between them. `order`: a `-` may be in front. `condition`: an operator follows. */
      readonly shape: 'one' | 'list' | 'order' | 'condition'
      /** Whether the flag may be given again. */
      readonly repeated: boolean
    }

const FREE: FlagValue = { kind: 'free', repeated: false }
const FREE_LIST: FlagValue = { kind: 'free', repeated: true }

const BY_PLACEHOLDER: ReadonlyMap<string, FlagValue> = new Map<string, FlagValue>([
  ['path', { kind: 'path', repeated: false }],
  ['kinds', { kind: 'words', words: KIND_NAMES, shape: 'list', repeated: true }],
  ['packs', { kind: 'words', words: PACK_WORDS, shape: 'list', repeated: true }],
  ['level', { kind: 'words', words: LEVEL_NAMES, shape: 'one', repeated: false }],
  ['fields', { kind: 'words', words: 'fields', shape: 'list', repeated: true }],
  ['field', { kind: 'words', words: 'fields', shape: 'order', repeated: false }],
  ['condition', { kind: 'words', words: 'fields', shape: 'condition', repeated: true }],
  ['time', { kind: 'words', words: ['today', 'yesterday', '15m', '1h', '1d'], shape: 'one', repeated: false }],
  ['vkey', FREE_LIST],
  ['name', FREE],
  ['names', FREE_LIST],
  ['ids', FREE_LIST],
  ['count', FREE],
  ['duration', FREE],
  ['text', FREE],
  ['url', FREE],
  ['seq', FREE],
  ['name=value', FREE_LIST],
])

/** `count` of `-n, --lines <count>`, `path` of `<path...>`; `undefined` where the flag takes no value. */
export function placeholderOf(option: Option): string | undefined {
  return /[<[]([^>\].]+)(?:\.{3})?[>\]]/.exec(option.flags)?.[1]
}

/** `undefined` where the flag takes no value. */
export function valueOf(option: Option): FlagValue | undefined {
  const placeholder = placeholderOf(option)
  if (placeholder === undefined) return undefined
  if (option.argChoices !== undefined) {
    return { kind: 'words', words: option.argChoices, shape: 'one', repeated: false }
  }
  return BY_PLACEHOLDER.get(placeholder) ?? FREE
}

/** Whether somebody has thought of what stands for the value. */
export function isKnownPlaceholder(placeholder: string): boolean {
  return BY_PLACEHOLDER.has(placeholder)
}
