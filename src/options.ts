/** Options: what there is, where a value may come from (code, environment, file, default), and what is refused. */
import { resolve } from 'node:path'
import { KansaError } from './errors.ts'

/** Options of the journal; `undefined` means not given. */
export interface JournalFileOptions {
  /** The audit folder. Default `KANSA_DIR`, else `./audit`. */
  dir?: string | undefined
  /** The log's name in its checkpoints, for ever. Default: generated once and kept. */
  origin?: string | undefined
  /** What to do when another process writes the folder: refuse, or keep a complete log under `writers/`. Default `refuse`. */
  onLocked?: 'refuse' | 'own-folder' | undefined
  /** Longest time until records are durable. Default 5000. */
  flushIntervalMillis?: number | undefined
  /** A file is rotated before it gets larger. Default 100 MiB. */
  maxFileBytes?: number | undefined
  /** Rotated files that are kept beside the active one. Default 10. */
  maxBackups?: number | undefined
  /** Bytes of one line; longer events are cut. Default 256 KiB. */
  maxEventBytes?: number | undefined
  /** Memory for records that cannot be written yet. Default 64 MiB. */
  maxQueueBytes?: number | undefined
  /** Mode of files, as a number or octal text. Default 0600. */
  fileMode?: number | string | undefined
  /** Mode of folders. Default 0700. */
  dirMode?: number | string | undefined
  /** Told about failures; each kind at most every 5 s. Must not throw. */
  onError?: ((error: KansaError) => void) | undefined
}

/** Options of an audit logger. Unknown ones are refused by name. */
export interface PlainLoggerOptions extends Omit<JournalFileOptions, 'dir'> {
  /** The audit folder, or `false` for none. Default `KANSA_DIR`, else `./audit`. */
  dir?: string | false | undefined
  /** Code points of a preview. Default 200. */
  previewLength?: number | undefined
}

/** How one option is read. */
export interface OptionRule<T> {
  readonly fallback: T
  /** In words, for the error message. */
  readonly expected: string
  /** The value, or `undefined` when it is not what is expected. */
  read(value: unknown): T | undefined
  /** True where a wrong value may hold a secret all the same: the message does not show it. */
  readonly isSecret?: boolean
  /** From an environment variable. Default: as it stands. */
  fromText?(text: string): unknown
  /**
   * What may be written down of the value, in the log and by `kansa doctor`. Without it nothing is: an option that holds
   * a secret must not get there because nobody thought of it.
   */
  toRecord?(value: T): PlainValue | undefined
}

export type PlainValue = string | number | boolean

export type OptionSource = 'code' | 'environment' | 'file' | 'default'

/** An option in force. */
export interface OptionReading {
  /** Absent where there is none, or it is not to be written down. */
  readonly value?: PlainValue
  readonly source: OptionSource
  /** The environment variable it came from. */
  readonly variable?: string
}

/** By the option's name, in the order in which they were read. */
export type OptionReadings = ReadonlyMap<string, OptionReading>

export type Environment = Readonly<Record<string, string | undefined>>

const MIN_EVENT_BYTES = 4096
const MAX_EVENT_BYTES = 16 * 1024 * 1024
const MAX_TIMER_MILLIS = 2 ** 31 - 1

export const ORIGIN: OptionRule<string | undefined> = {
  fallback: undefined,
  expected: 'a name without spaces and plus signs',
  read: value => (typeof value === 'string' && /^[^\s+]+$/u.test(value) ? value : undefined),
  toRecord: origin => origin,
}
export const ON_LOCKED: OptionRule<'refuse' | 'own-folder'> = {
  fallback: 'refuse',
  expected: '`refuse` or `own-folder`',
  read: value => (value === 'refuse' || value === 'own-folder' ? value : undefined),
  toRecord: onLocked => onLocked,
}
export const DIR: OptionRule<string | false> = {
  fallback: './audit',
  expected: 'a path, or false for no journal',
  read: value => (value === false || (typeof value === 'string' && value !== '') ? value : undefined),
  fromText: text => (text === 'false' ? false : text),
  toRecord: dir => (dir === false ? false : resolve(dir)),
}
export const ON_ERROR: OptionRule<((error: KansaError) => void) | undefined> = {
  fallback: undefined,
  expected: 'a function',
  read: value => (isErrorListener(value) ? value : undefined),
}
export const FLUSH_INTERVAL_MILLIS: OptionRule<number> = integer(5000, 1, MAX_TIMER_MILLIS)
export const MAX_FILE_BYTES: OptionRule<number> = integer(100 * 1024 * 1024, 1024)
export const MAX_BACKUPS: OptionRule<number> = integer(10, 0, 1_000_000)
export const MAX_BYTES_PER_EVENT: OptionRule<number> = integer(256 * 1024, MIN_EVENT_BYTES, MAX_EVENT_BYTES)
export const MAX_QUEUE_BYTES: OptionRule<number> = integer(64 * 1024 * 1024, 64 * 1024)
export const PREVIEW_LENGTH: OptionRule<number> = integer(200, 0, 100_000)
export const FILE_MODE: OptionRule<number> = mode(0o600)
export const DIR_MODE: OptionRule<number> = mode(0o700)

export function integer(fallback: number, min: number, max: number = Number.MAX_SAFE_INTEGER): OptionRule<number> {
  return {
    fallback,
    expected: max === Number.MAX_SAFE_INTEGER ? `an integer from ${min} up` : `an integer from ${min} to ${max}`,
    read: value =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined,
    fromText: text => (/^\d+$/.test(text) ? Number(text) : text),
    toRecord: value => value,
  }
}

function mode(fallback: number): OptionRule<number> {
  return {
    fallback,
    expected: `a mode such as "0${fallback.toString(8)}" that leaves the owner all of that`,
    read: value => {
      const bits =
        typeof value === 'string' && /^0?o?[0-7]{3}$/.test(value) ? Number.parseInt(value.slice(-3), 8) : value
      return typeof bits === 'number' &&
        Number.isInteger(bits) &&
        bits >= 0 &&
        bits <= 0o777 &&
        (bits & fallback) === fallback
        ? bits
        : undefined
    },
    toRecord: bits => `0${bits.toString(8)}`,
  }
}

function isErrorListener(value: unknown): value is (error: KansaError) => void {
  return typeof value === 'function'
}

/** A value that somebody gave. */
interface Given {
  readonly value: unknown
  /** As it was written. */
  readonly written: unknown
  /** For the error message. */
  readonly where: string
  readonly reading: OptionReading
}

/** Reads options one by one: code wins over the environment, that over the configuration file, that over the default. */
export class OptionReader {
  private readonly code: object
  private readonly environment: Environment
  private readonly file: object
  private readonly onWrong: (error: KansaError) => void
  private readonly known = new Map<string, OptionReading>()

  /** `onWrong` is told about everything that is wrong, and the default read in its place. Without it, it is thrown. */
  constructor(
    code: unknown,
    environment: Environment,
    file: unknown = {},
    onWrong: (error: KansaError) => void = raise,
  ) {
    this.onWrong = onWrong
    this.code = this.objectOf(code, 'options')
    this.environment = environment
    this.file = this.objectOf(file, 'the configuration file')
  }

  /** What was read so far, and where it came from. */
  get readings(): OptionReadings {
    return this.known
  }

  /** @throws KansaError `KANSA_INVALID_OPTION` naming the option and where its value came from. */
  read<T>(name: string, rule: OptionRule<T>): T {
    const given = this.given(name, rule)
    const value = given === undefined ? undefined : rule.read(given.value)
    if (given !== undefined && value === undefined) {
      const found = rule.isSecret === true ? '' : `, not ${shown(given.written)}`
      this.refuse(`${given.where} must be ${rule.expected}${found}`)
    }
    const inForce = value ?? rule.fallback
    const recorded = rule.toRecord?.(inForce)
    const source: OptionReading = value === undefined || given === undefined ? { source: 'default' } : given.reading
    this.known.set(name, recorded === undefined ? source : { value: recorded, ...source })
    return inForce
  }

  /** For an option whose default stands in a variable that is not Kansa's. */
  defaultFrom(name: string, variable: string): void {
    this.known.set(name, { source: 'environment', variable })
  }

  /** For an option that a variable which is not Kansa's has the last word on. */
  setBy(variable: string, name: string, value: PlainValue): void {
    this.known.set(name, { value, source: 'environment', variable })
  }

  /** To be called last. @throws KansaError `KANSA_INVALID_OPTION` for an option that nobody read. */
  refuseUnknown(): void {
    for (const [source, where] of [
      [this.code, 'options'],
      [this.file, 'the configuration file'],
    ] as const) {
      for (const name of Object.keys(source)) {
        if (this.known.has(name)) continue
        const known = [...this.known.keys()].toSorted().join(', ')
        this.refuse(`unknown option \`${name}\` in ${where}; known are ${known}`)
      }
    }
  }

  private given<T>(name: string, rule: OptionRule<T>): Given | undefined {
    const value: unknown = Reflect.get(this.code, name)
    if (value !== undefined) {
      return { value, written: value, where: `option \`${name}\``, reading: { source: 'code' } }
    }
    const variable = variableOf(name)
    const text = this.environment[variable]
    if (text !== undefined && text !== '') {
      const reading = { source: 'environment', variable } as const
      return { value: rule.fromText?.(text) ?? text, written: text, where: variable, reading }
    }
    const stored: unknown = Reflect.get(this.file, name)
    if (stored === undefined) return undefined
    return {
      value: stored,
      written: stored,
      where: `\`${name}\` in the configuration file`,
      reading: { source: 'file' },
    }
  }

  private objectOf(value: unknown, name: string): object {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
    this.refuse(`${name} must be an object`)
    return {}
  }

  refuse(message: string): void {
    this.onWrong(new KansaError('KANSA_INVALID_OPTION', message))
  }
}

function raise(error: KansaError): never {
  throw error
}

/** `maxFileBytes` as `KANSA_MAX_FILE_BYTES`, `redaction.key` as `KANSA_REDACTION_KEY`. */
export function variableOf(name: string): string {
  return `KANSA_${name.replaceAll(/[A-Z.]/g, letter => (letter === '.' ? '_' : `_${letter}`)).toUpperCase()}`
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a value of type ${typeof value}`
}
