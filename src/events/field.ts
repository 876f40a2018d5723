/** What one row of the field table says about one field of an event. */

/** A value as OpenTelemetry attributes hold it. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue }

/**
 * - `text`: a string. `content`: a string that carries what the agent read or wrote.
 * - `count`: an integer from 0 to 2^53 - 1. `millis`: the same, input is rounded. `number`: finite, not negative.
 * - `flag`: a boolean. `time`: RFC 3339 UTC with milliseconds. `hex`: lower-case hex digits, not all zero.
 * - `texts`: a list of strings. `textMap`, `countMap`, `cutMap`: string to string, to count, to `CutField`.
 * - `choice`: one of `choices`.
 */
export type FieldType =
  | 'text'
  | 'content'
  | 'count'
  | 'millis'
  | 'number'
  | 'flag'
  | 'time'
  | 'hex'
  | 'texts'
  | 'textMap'
  | 'countMap'
  | 'cutMap'
  | 'choice'

/** A value that the semantic convention wants in another form than the event has. */
export interface Normalisation {
  encode(value: string | number): string | number
  /** MUST undo `encode` wherever that is possible; where it does not, the verbatim value travels beside. */
  decode(value: string | number): string | number
  /** The attribute that holds the verbatim value, only where `decode(encode(value))` differs from it. */
  readonly verbatimAttribute: string
}

export interface Field {
  /** The name on the journal line. */
  readonly name: string
  /** The name in inputs: the same in camelCase. */
  readonly input: string
  readonly type: FieldType
  readonly required: boolean
  /** The attribute of the log record; `''` where the record has a field of its own for it. */
  readonly attribute: string
  /** One sentence for the event reference. */
  readonly about: string
  /** For `choice`: value to attribute word. */
  readonly choices?: ReadonlyMap<string, string>
  /** For `choice`: attribute word to value. */
  readonly words?: ReadonlyMap<string, string>
  /** For `hex`: how many digits. */
  readonly digits?: number
  readonly normalisation?: Normalisation
}

/** A row of the table as it is written down; the key gives `name` and `input`. */
export type FieldSpec<Required extends boolean = boolean> = Omit<Field, 'name' | 'input' | 'required'> & {
  readonly required: Required
}

/** One row for each field of `Data`, required exactly where the type says so. */
export type FieldSpecs<Data> = {
  readonly [Name in keyof Data]-?: Data extends Record<Name, Data[Name]> ? FieldSpec<true> : FieldSpec<false>
}

/** `duration_ms` as `durationMs`. */
export function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** `BudgetExceeded` as `budget_exceeded`. */
export function snakeCase(word: string): string {
  return word.replaceAll(/(?<=[a-z0-9])[A-Z]/g, letter => `_${letter}`).toLowerCase()
}

export function fieldsOf(specs: Readonly<Record<string, FieldSpec>>): readonly Field[] {
  return Object.entries(specs).map(([name, spec]) => ({ name, input: camelCase(name), ...spec }))
}
