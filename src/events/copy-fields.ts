/**
 * Copies fields into an event: checked, masked, and without the content that is not to be stored. Which field comes from
 * where, in table order, is written out in `copy-input.ts` and `copy-line.ts`, generated from the table: with a name at
 * each place the engine finds a property by its shape, with a loop over names it looks each of them up, at three times
 * the price of all checks.
 */
import { contentRoleOf } from './capture.ts'
import type { ContentRole } from './capture.ts'
import { checkField, expectationOf, refuse } from './check-field.ts'
import type { FieldValue } from './check-field.ts'
import { MASKED_WHERE_DERIVED } from './derive-data.ts'
import type { Field, FieldType } from './field.ts'
import { charactersOf } from './fit-size.ts'
import { ENVELOPE, KINDS } from './field-table.ts'
import type { AuditDataByKind, AuditEnvelope, AuditEventKind, CaptureLevel } from './kinds.ts'
import type { TextMasking } from './text-masking.ts'

/** Which of a field's names a source has: the input's, or the line's. */
export type Naming = 'input' | 'name'

/** Checked values under the names of the line, while an event is put together. */
export type OpenData = Record<string, unknown>

export type Readable = Readonly<Record<string, unknown>>

/**
 * Copies the data of one kind. `derived` has the fields that are worked out from the input.
 * @throws KansaError `KANSA_INVALID_EVENT`
 */
export type CopyData = (copier: FieldCopier, target: OpenData, given: Readable, derived: Readable) => void

/** What is known of a field before there is any event. */
export interface FieldPlan {
  readonly field: Field
  /** What messages call it. */
  readonly label: string
  /** Its place in the event, as `cut`, path rules and the user's function name it. */
  readonly path: string
  readonly role: ContentRole
  /** False where its text holds no secret, or is masked before. */
  readonly isMasked: boolean
  /** True for names and ids that many events share. */
  readonly isRecurring: boolean
  /** True where any string will do. */
  readonly isText: boolean
}

export type DataPlans<K extends AuditEventKind> = Readonly<Record<keyof AuditDataByKind[K], FieldPlan>>
export type EnvelopePlans = Readonly<Record<keyof AuditEnvelope, FieldPlan>>

/** Times, hex ids and words of a choice are Kansa's or checked to the letter; all others hold what callers give. */
const MASKED_TYPES: ReadonlySet<FieldType> = new Set(['text', 'content', 'texts', 'textMap', 'countMap', 'cutMap'])

/** The plans of a kind's fields, by their names on the line. */
export function dataPlans<K extends AuditEventKind>(kind: K, naming: Naming): DataPlans<K> {
  const isInput = naming === 'input'
  const plans = plansOf(KINDS[kind].fields, field => ({
    field,
    label: isInput ? field.input : `data.${field.name}`,
    path: `data.${field.name}`,
    role: contentRoleOf(kind, field),
    isMasked: MASKED_TYPES.has(field.type) && !(isInput && MASKED_WHERE_DERIVED.has(field.name)),
    isRecurring: isRecurring(field),
    isText: isText(field),
  }))
  return isOfKind(kind, plans) ? plans : incomplete()
}

/** The plans of the envelope's fields, by their names on the line. */
export function envelopePlans(naming: Naming): EnvelopePlans {
  const plans = plansOf(ENVELOPE, field => ({
    field,
    label: field[naming],
    path: field.name,
    role: 'none',
    isMasked: MASKED_TYPES.has(field.type),
    isRecurring: isRecurring(field),
    isText: isText(field),
  }))
  return isOfEnvelope(plans) ? plans : incomplete()
}

function plansOf(fields: readonly Field[], planOf: (field: Field) => FieldPlan): Record<string, FieldPlan> {
  return Object.fromEntries(fields.map(field => [field.name, planOf(field)]))
}

// The compiler knows that the table has a row for each field, but cannot follow it through a list.
function isOfKind<K extends AuditEventKind>(kind: K, plans: object): plans is DataPlans<K> {
  return KINDS[kind].fields.every(({ name }) => Object.hasOwn(plans, name))
}

function isOfEnvelope(plans: object): plans is EnvelopePlans {
  return ENVELOPE.every(({ name }) => Object.hasOwn(plans, name))
}

function incomplete(): never {
  throw new TypeError('a row of the table has no plan')
}

function isRecurring({ type, name }: Field): boolean {
  return type === 'text' && name !== 'call_id' && name !== 'response_id'
}

function isText({ type }: Field): boolean {
  return type === 'text' || type === 'content'
}

/** One per event. */
export class FieldCopier {
  /** In all texts that were copied. */
  characters = 0
  private readonly masking: TextMasking
  private readonly level: CaptureLevel | undefined
  private readonly previewLength: number

  /** `level` undefined: content is copied as it is. */
  constructor(masking: TextMasking, level: CaptureLevel | undefined, previewLength: number) {
    this.masking = masking
    this.level = level
    this.previewLength = previewLength
  }

  /**
   * The value of a field as it is stored; undefined where there is none.
   * @throws KansaError `KANSA_INVALID_EVENT`
   */
  take(plan: FieldPlan, value: unknown): unknown {
    if (value === undefined || value === null) return absent(plan)
    const isFine = plan.isText && typeof value === 'string' && value.isWellFormed()
    const stored = this.stored(plan, isFine ? value : checkField(plan.field, value, plan.label))
    this.characters += charactersOf(stored)
    return stored
  }

  /** Undefined for what is not to be stored at the level in force. */
  private stored(plan: FieldPlan, value: FieldValue): unknown {
    const { level } = this
    if (level !== undefined && plan.role !== 'none') {
      if (level === 'metadata') return plan.field.required ? '' : undefined
      if (level === 'preview' && plan.role === 'whole') return undefined
      if (plan.role === 'preview' && plan.isMasked) return this.masking.preview(value, plan.path, this.previewLength)
    }
    return plan.isMasked && this.masking.isOn ? this.masked(plan, value) : value
  }

  private masked({ field, path, isRecurring }: FieldPlan, value: FieldValue): unknown {
    if (typeof value === 'string') {
      if (field.name === 'parameters') return this.masking.jsonText(value, path)
      return isRecurring ? this.masking.name(value, path) : this.masking.text(value, path)
    }
    if (typeof value !== 'object') return value
    if (Array.isArray(value)) return this.masking.texts(value, path)
    return isTextMap(value) ? this.masking.map(value, path) : this.masking.names({ ...value }, path)
  }
}

function absent({ field, label }: FieldPlan): undefined {
  if (field.required) refuse(label, expectationOf(field), undefined)
}

function isTextMap(map: object): map is Record<string, string> {
  return Object.values(map).every(item => typeof item === 'string')
}
