import { createEventMasker } from '../../../../src/redaction/masker.ts'

// The bound of time is off: a busy machine must not change what is found.
const masker = createEventMasker({ key: Buffer.alloc(32, 7), maxMillis: 600_000 })

/** The text as it would be stored. */
export function maskText(text: string): string {
  return masker.begin().maskText(text, 'output')
}

/** The same for a text whose end is missing. */
export function maskCutText(text: string): string {
  return masker.begin().maskText(text, 'output', true)
}

/** The kinds of what is masked in the text. */
export function maskedKinds(text: string): string[] {
  const masking = masker.begin()
  masking.maskText(text, 'output')
  return Object.keys(masking.counts ?? {})
}
