/** Copies fields into an event, in table order: checked, masked, and without the content that is not to be stored. */
import { contentRoleOf } from './capture.ts'
import type { ContentRole } from './capture.ts'
import { checkField, expectationOf, refuse } from './check-field.ts'
import type { FieldValue } from './check-field.ts'
import { NOWHERE } from './event-settings.ts'
import type { Field, FieldType } from './field.ts'
import { charactersOf } from './fit-size.ts'
import { KINDS } from './field-table.ts'
import type { AuditEventKind, CaptureLevel } from './kinds.ts'
import type { TextMasking } from './text-masking.ts'

/** Which of a field's names a source has. */
export type Naming = 'input' | 'name'

/** Checked values under the names of the line, while an event is put together. */
export type OpenData = Record<string, unknown>

export type Readable = Readonly<Record<string, unknown>>

/** What is known of a field before there is any event. */
interface FieldPlan {
  readonly field: Field
  /** What it is called where it is read from: the input's name, or the line's. */
  readonly key: string
  /** Its place in the event, as `cut`, path rules and the user's function name it. */
  readonly path: string
  readonly role: ContentRole
  /** False where its text holds no secret, or is masked before. */
  readonly isMasked: boolean
  /** True for names and ids that many events share. */
  readonly isRecurring: boolean
  /** True where it is worked out from the input, not read from it. */
  readonly isDerived: boolean
}

export type FieldPlans = readonly FieldPlan[]

/** Times, hex ids and words of a choice are Kansa's or checked to the letter; all others hold what callers give. */
const MASKED_TYPES: ReadonlySet<FieldType> = new Set(['text', 'content', 'texts', 'textMap', 'countMap', 'cutMap'])
const NOTHING: ReadonlySet<string> = new Set()

/** `maskedBefore`: names of fields whose text is masked when it gets here. `derived`: input names. */
export function dataPlans(
  kind: AuditEventKind,
  naming: Naming,
  maskedBefore: ReadonlySet<string> = NOTHING,
  derived: ReadonlySet<string> = NOTHING,
): FieldPlans {
  return KINDS[kind].fields.map(field => ({
    field,
    key: field[naming],
    path: `data.${field.name}`,
    role: contentRoleOf(kind, field),
    isMasked: MASKED_TYPES.has(field.type) && !maskedBefore.has(field.name),
    isRecurring: isRecurring(field),
    isDerived: derived.has(field.input),
  }))
}

export function envelopePlans(fields: readonly Field[], naming: Naming): FieldPlans {
  return fields.map(field => ({
    field,
    key: field[naming],
    path: field.name,
    role: 'none',
    isMasked: MASKED_TYPES.has(field.type),
    isRecurring: isRecurring(field),
    isDerived: false,
  }))
}

function isRecurring({ type, name }: Field): boolean {
  return type === 'text' && name !== 'call_id' && name !== 'response_id'
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
   * What `source` lacks may come from `fallback`. `prefix` is for messages; `derived` has the fields that are derived.
   * @throws KansaError `KANSA_INVALID_EVENT`
   */
  copy(
    target: OpenData,
    plans: FieldPlans,
    source: Readable,
    fallback: Readable = NOWHERE,
    prefix = '',
    derived: Readable = NOWHERE,
  ): void {
    for (const plan of plans) {
      const { field, key } = plan
      const value =
        (plan.isDerived ? derived : source)[key] ?? (fallback === NOWHERE ? undefined : fallback[field.input])
      if (value === undefined || value === null) {
        if (field.required) refuse(prefix + key, expectationOf(field), undefined)
        continue
      }
      const stored = this.stored(plan, checkField(field, value, prefix + key))
      if (stored === undefined) continue
      target[field.name] = stored
      this.characters += charactersOf(stored)
    }
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

function isTextMap(map: object): map is Record<string, string> {
  return Object.values(map).every(item => typeof item === 'string')
}
