/** The option `redaction`: what is masked beside the secrets that Kansa knows, and the key of the marks. */
import { parseRedactionKey } from '../journal/redaction-key.ts'
import type { OptionReader, OptionRule, PlainValue } from '../options.ts'
import { PACK_NAMES } from '../redaction/rules/all-rules.ts'
import type { PackName } from '../redaction/rules/all-rules.ts'

export interface RedactionOptions {
  /** Names under which every value is secret, beside the usual ones (`password`, `authorization` …), in any case style. */
  keys?: readonly string[] | undefined
  /** Places where every value is secret: `parameters.env.*`. */
  paths?: readonly string[] | undefined
  /** What is secret by its look. It runs in linear time: no look-around and no back-references. */
  patterns?: readonly (RegExp | RedactionPattern)[] | undefined
  /** What is personal rather than secret. Default none. */
  packs?: readonly PackName[] | undefined
  /** Called last with each text and its place; what it returns is stored. Where it throws, the text is not stored. */
  mask?: ((text: string, path: string) => string) | undefined
  /** The key of the marks: base64 text of 32 bytes or more. Keep it out of the code: `KANSA_REDACTION_KEY`. */
  key?: string | undefined
  /** A file with it. Default: `keys/redaction.key` in the audit folder, made on the first start. */
  keyFile?: string | undefined
  /** Each event with masks is followed by a `SecretDetected` that says where they are. Default false. */
  report?: boolean | undefined
  /** Milliseconds that the masking of one event may take; what is not done then is masked whole. Default 20. */
  maxMillis?: number | undefined
}

export interface RedactionPattern {
  /** What the marks call it: `[REDACTED:kind:…]`. Default `custom`. */
  readonly kind?: string | undefined
  readonly pattern: RegExp
}

/** The option as a logger, exporter or memory logger takes it. */
export interface RedactionOption {
  /** `false` stores everything as it is. Default: on, with the rules that Kansa has. */
  redaction?: boolean | RedactionOptions | undefined
}

/** What is in force. */
export interface Redaction {
  readonly isOn: boolean
  readonly keys: readonly string[]
  readonly paths: readonly string[]
  readonly patterns: readonly Required<RedactionPattern>[]
  readonly packs: readonly PackName[]
  readonly mask: ((text: string, path: string) => string) | undefined
  readonly report: boolean
  readonly maxMillis: number | undefined
  /** Where a key was given: itself, or its file. */
  readonly key: Buffer | undefined
  readonly keyFile: string | undefined
}

type Given = Readonly<Record<string, unknown>>

const OWN_KIND = 'custom'
const KIND = /^[a-z][a-z0-9-]{0,39}$/
const WORDS: Readonly<Record<string, boolean>> = { on: true, true: true, off: false, false: false }
const MAX_MILLIS = 10_000

/** Not the members: a message about a wrong one must not show the others. */
const REDACTION: OptionRule<boolean | Given> = {
  fallback: true,
  expected: '`on`, `off`, or an object with keys, paths, patterns, packs, mask, key, keyFile, report or maxMillis',
  isSecret: true,
  read: value => (typeof value === 'boolean' ? value : isMap(value) ? { ...value } : undefined),
  fromText: text => WORDS[text.toLowerCase()] ?? parsed(text),
  toRecord: recordOf,
}
const KEY: OptionRule<Buffer | undefined> = {
  fallback: undefined,
  expected: 'base64 text of 32 bytes or more (openssl rand -base64 32 makes one)',
  isSecret: true,
  read: value => (typeof value === 'string' ? parseRedactionKey(value) : undefined),
}
const KEY_FILE: OptionRule<string | undefined> = {
  fallback: undefined,
  expected: 'a path',
  read: value => (typeof value === 'string' && value !== '' ? value : undefined),
  toRecord: path => path,
}

const MEMBERS: Readonly<Record<string, { readonly expected: string; fits(value: unknown): boolean }>> = {
  keys: { expected: 'a list of names', fits: isTexts },
  paths: { expected: 'a list of paths such as `parameters.env.*`', fits: isTexts },
  patterns: {
    expected: 'a list of regular expressions, or of { kind, pattern } with a kind in kebab-case',
    fits: value => Array.isArray(value) && value.every(item => patternOf(item) !== undefined),
  },
  packs: {
    expected: `a list of ${PACK_NAMES.join(', ')}`,
    fits: value => Array.isArray(value) && value.every(isPack),
  },
  mask: { expected: 'a function', fits: value => typeof value === 'function' },
  key: { expected: KEY.expected, fits: value => KEY.read(value) !== undefined },
  keyFile: { expected: KEY_FILE.expected, fits: value => KEY_FILE.read(value) !== undefined },
  report: { expected: 'true or false', fits: value => typeof value === 'boolean' },
  maxMillis: {
    expected: `milliseconds from 1 to ${MAX_MILLIS}`,
    fits: value => typeof value === 'number' && value >= 1 && value <= MAX_MILLIS,
  },
}

/** @throws KansaError `KANSA_INVALID_OPTION` naming what is wrong, without its value. */
export function readRedaction(reader: OptionReader): Redaction {
  const option = reader.read('redaction', REDACTION)
  const given = typeof option === 'boolean' ? {} : accepted(option, reader)
  const own = { key: KEY.read(given['key']), keyFile: KEY_FILE.read(given['keyFile']) }
  const other = { key: reader.read('redaction.key', KEY), keyFile: reader.read('redaction.keyFile', KEY_FILE) }
  const { key, keyFile } = own.key === undefined && own.keyFile === undefined ? other : own
  if (key !== undefined && keyFile !== undefined) {
    reader.refuse('`redaction.key` and `redaction.keyFile` are given: there is one key, leave one of them')
  }
  return {
    isOn: option !== false,
    keys: textsOf(given['keys']),
    paths: textsOf(given['paths']),
    patterns: listOf(given['patterns']).flatMap(item => patternOf(item) ?? []),
    packs: listOf(given['packs']).filter(isPack),
    mask: isMask(given['mask']) ? given['mask'] : undefined,
    report: given['report'] === true,
    maxMillis: typeof given['maxMillis'] === 'number' ? given['maxMillis'] : undefined,
    key,
    keyFile,
  }
}

function accepted(given: Given, reader: OptionReader): Given {
  const wrong = Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined) return []
    const member = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined
    if (member === undefined)
      return `unknown option \`redaction.${name}\`; known are ${Object.keys(MEMBERS).join(', ')}`
    return member.fits(value) ? [] : `option \`redaction.${name}\` must be ${member.expected}`
  })
  for (const message of wrong) reader.refuse(message)
  return wrong.length === 0 ? given : {}
}

/** Whether it is on, and how much was added; no name, path, pattern or key. */
function recordOf(option: boolean | Given): PlainValue {
  if (typeof option === 'boolean') return option
  const { keys, paths, patterns, packs, mask, report } = option
  return JSON.stringify({
    ...(listOf(packs).length > 0 && { packs: listOf(packs).filter(isPack) }),
    ...countOf('keys', keys),
    ...countOf('paths', paths),
    ...countOf('patterns', patterns),
    ...(mask !== undefined && { mask: true }),
    ...(report === true && { report }),
  })
}

function countOf(name: string, list: unknown): Readonly<Record<string, number>> {
  const { length } = listOf(list)
  return length === 0 ? {} : { [name]: length }
}

/** In a configuration file or a variable a pattern is its source. */
function patternOf(value: unknown): Required<RedactionPattern> | undefined {
  if (isMap(value) && !(value instanceof RegExp)) {
    const { kind = OWN_KIND, pattern } = value
    const expression = expressionOf(pattern)
    const fits = expression !== undefined && typeof kind === 'string' && KIND.test(kind)
    return fits ? { kind, pattern: expression } : undefined
  }
  const pattern = expressionOf(value)
  return pattern && { kind: OWN_KIND, pattern }
}

function expressionOf(value: unknown): RegExp | undefined {
  if (value instanceof RegExp) return value
  if (typeof value !== 'string' || value === '') return undefined
  try {
    return new RegExp(value, 'u')
  } catch {
    return undefined
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter(item => typeof item === 'string')
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(item => typeof item === 'string' && item !== '')
}

function isPack(value: unknown): value is PackName {
  return PACK_NAMES.some(name => name === value)
}

function isMask(value: unknown): value is (text: string, path: string) => string {
  return typeof value === 'function'
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
