/** Reads the fields that statistics are made of, as what they are. */
import type { FieldCatalogue } from '../field-catalogue.ts'
import { type FieldSource, type QueryField, valueOf } from '../query-field.ts'

export class StatsFields {
  private readonly catalogue: FieldCatalogue
  private readonly fields = new Map<string, QueryField>()

  constructor(catalogue: FieldCatalogue) {
    this.catalogue = catalogue
  }

  /** `undefined` where the event has no such text. */
  text(event: FieldSource, name: string): string | undefined {
    const value = valueOf(event, this.field(name))
    return typeof value === 'string' ? value : undefined
  }

  number(event: FieldSource, name: string): number | undefined {
    const value = valueOf(event, this.field(name))
    return typeof value === 'number' ? value : undefined
  }

  flag(event: FieldSource, name: string): boolean | undefined {
    const value = valueOf(event, this.field(name))
    return typeof value === 'boolean' ? value : undefined
  }

  /** Milliseconds since 1970; `NaN` where there is no time. */
  time(event: FieldSource): number {
    return this.catalogue.timeOf(event)
  }

  private field(name: string): QueryField {
    let field = this.fields.get(name)
    if (field === undefined) {
      field = this.catalogue.field(name)
      this.fields.set(name, field)
    }
    return field
  }
}
