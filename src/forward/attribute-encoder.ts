/** One field of the table as an attribute in OTLP's JSON. */
import type { Attributes } from '@opentelemetry/api'
import type { Field } from '../events/field.ts'
import { addAttribute, type AttributeValue, isVerbatim } from '../events/to-log-record.ts'
import type { FragmentWriter } from './fragment-writer.ts'
import { attributeOpening, attributesJson } from './otlp-json.ts'

const END = Buffer.from('}}')
/** Longer values are seldom the same twice. */
const MAX_KEPT_CHARACTERS = 200

// Owned by one encoder.
export class AttributeEncoder {
  readonly field: Field
  private readonly isVerbatim: boolean
  private readonly textOpening: Buffer
  private readonly integerOpening: Buffer
  /** Records of a log resemble each other: what comes again is not encoded again. */
  private last: AttributeValue
  private lastBytes: Buffer | undefined

  constructor(field: Field) {
    this.field = field
    this.isVerbatim = isVerbatim(field)
    const opening = `,${attributeOpening(field.attribute)}`
    this.textOpening = Buffer.from(`${opening}{"stringValue":`)
    this.integerOpening = Buffer.from(`${opening}{"intValue":`)
  }

  /** With a comma before it. */
  write(writer: FragmentWriter, value: AttributeValue): void {
    if (value !== this.last) {
      this.last = isKept(value) ? value : undefined
      this.lastBytes = undefined
      this.writeNew(writer, value)
    } else if (this.lastBytes !== undefined) writer.constant(this.lastBytes)
    else {
      const before = writer.length
      this.writeNew(writer, value)
      this.lastBytes = writer.since(before)
    }
  }

  private writeNew(writer: FragmentWriter, value: AttributeValue): void {
    if (this.isVerbatim && typeof value === 'string') {
      writer.constant(this.textOpening)
      writer.text(JSON.stringify(value))
      writer.constant(END)
    } else if (this.isVerbatim && Number.isInteger(value)) {
      writer.constant(this.integerOpening)
      writer.text(JSON.stringify(value))
      writer.constant(END)
    } else {
      const attributes: Attributes = {}
      addAttribute(attributes, this.field, value)
      writer.text(attributesJson(attributes))
    }
  }
}

function isKept(value: AttributeValue): boolean {
  return typeof value === 'string' ? value.length <= MAX_KEPT_CHARACTERS : typeof value !== 'object'
}
