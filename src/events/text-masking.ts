/**
 * Masks the texts of one event. The order is fixed, so that no cut leaves half a secret unrecognised: the bounded walk of
 * a value, rules about names, rules about text (the user's function among them), then the preview's cut, then the line's.
 * Lengths and hashes are taken of what is masked already.
 */
import { parseExactJson } from './exact-json.ts'
import { flatJsonOf } from './flat-json.ts'
import { JsonTextWriter, MAX_MASKED_CHARACTERS, sha256Hex, sliceWhole } from './json-text.ts'
import type { CutField } from './kinds.ts'
import type { EventMasker, EventMasking } from './masking.ts'
import { previewOf } from './preview.ts'

/** Longer than any secret but a private key, whose beginning is enough to know it. */
const WINDOW_CHARACTERS = 8192
/** A preview of so many characters may have been cut by the caller already. */
const LIKELY_CUT_CHARACTERS = 200
/** Of a text that is remembered as clean; and how many are. */
const MAX_KNOWN_CHARACTERS = 64
const MAX_KNOWN = 1000
// A list of strings, or an object with a name and a value, as headers and environments are written.
const PAIRS = /\[\s*"[^"\\]{1,100}"\s*,|"(?:name|key)"\s*:\s*"/i

/** Owned by whoever builds the event. Without a masker every text stays as it is. */
export class TextMasking {
  readonly masking: EventMasking | undefined
  private readonly known: Set<string> | undefined
  private cuts: Record<string, CutField> | undefined

  constructor(masker: EventMasker | undefined) {
    this.masking = masker?.begin()
    this.known = masker?.knownClean
  }

  get isOn(): boolean {
    return this.masking !== undefined
  }

  /** What was masked, by kind. */
  get counts(): Readonly<Record<string, number>> | undefined {
    return this.masking?.counts
  }

  /** Fields that were longer than what may be looked at, by path. */
  get cut(): Readonly<Record<string, CutField>> | undefined {
    return this.cuts
  }

  /** A text as it stands. */
  text(text: string, path: string): string {
    const { masking } = this
    if (masking === undefined || text === '') return text
    if (masking.hasPaths && masking.isSecretPath(path)) return masking.maskWhole(text, lastNameOf(path))
    if (text.length <= MAX_MASKED_CHARACTERS) return masking.maskText(text, path)
    const masked = masking.maskText(sliceWhole(text, MAX_MASKED_CHARACTERS), path, true)
    this.noteCut(path, text.length, masked)
    return masked
  }

  /** A text that is likely to come again: the name of a tool, the id of a session. */
  name(text: string, path: string): string {
    const { known } = this
    if (known === undefined || text.length > MAX_KNOWN_CHARACTERS) return this.text(text, path)
    if (known.has(text)) return text
    const masked = this.text(text, path)
    if (masked === text) {
      if (known.size >= MAX_KNOWN) known.clear()
      known.add(text)
    }
    return masked
  }

  /** A text under a name that may make it secret. */
  member(name: string, text: string, path: string): string {
    return this.masking?.isSecretName(name) === true ? this.masking.maskWhole(text, name) : this.text(text, path)
  }

  /** A string as it stands, anything else as JSON text. */
  value(value: unknown, path: string): string {
    return typeof value === 'string' ? this.text(value, path) : this.json(value, path)
  }

  /** JSON text of any value; of a string that is JSON text already, its members are masked as those of a value are. */
  jsonText(value: unknown, path: string): string {
    if (typeof value !== 'string') return this.json(value, path)
    const { masking } = this
    const isWalked = masking !== undefined && (masking.hasPaths || PAIRS.test(value))
    const parsed = isWalked && value.length <= MAX_MASKED_CHARACTERS ? parseExactJson(value) : undefined
    if (masking === undefined || parsed === undefined) return this.text(value, path)
    const writer = new JsonTextWriter(masking, path)
    const written = writer.write(parsed)
    // What nothing was found in stays as the caller wrote it, but for what the text as a whole may show.
    return writer.hasMasked ? written : this.text(value, path)
  }

  /**
   * The first `codePoints` of a text, or of a value's JSON text. Not all of a long one is looked at: whatever can be in
   * the preview stands in the first characters, and what begins there and goes on beyond the window is masked to the
   * window's end.
   */
  preview(value: unknown, path: string, codePoints: number): string {
    const window = 2 * codePoints + WINDOW_CHARACTERS
    const { masking } = this
    if (typeof value !== 'string') {
      return previewOf(new JsonTextWriter(masking, path, window).write(value), codePoints)
    }
    if (masking === undefined || value === '') return previewOf(value, codePoints)
    if (masking.hasPaths && masking.isSecretPath(path))
      return previewOf(masking.maskWhole(value, lastNameOf(path)), codePoints)
    const begin = value.length > window ? sliceWhole(value, window) : value
    const isCut = value.length >= Math.min(codePoints, LIKELY_CUT_CHARACTERS)
    return previewOf(masking.maskText(begin, path, isCut), codePoints)
  }

  /** Masks the texts of a list in place. */
  texts(texts: string[], path: string): string[] {
    const { masking } = this
    if (masking === undefined) return texts
    const secretName = masking.hasPaths && masking.isSecretPath(path) ? lastNameOf(path) : ''
    let left = MAX_MASKED_CHARACTERS
    for (const [index, text] of texts.entries()) {
      texts[index] = this.entry(masking, text, masking.hasPaths ? `${path}.${index}` : path, secretName, left)
      left -= text.length
      if (left < 0) return this.shortened(path, texts, texts.slice(0, index + 1))
    }
    return texts
  }

  /** Masks the values of a map in place: whole under a secret name, by their text under any other; and the names. */
  map(map: Record<string, string>, path: string): Record<string, string> {
    const { masking } = this
    if (masking === undefined) return map
    const secretName = masking.hasPaths && masking.isSecretPath(path) ? lastNameOf(path) : ''
    let left = MAX_MASKED_CHARACTERS
    let renamed: Map<string, string> | undefined
    const names = Object.keys(map)
    for (const [index, name] of names.entries()) {
      const text = map[name] ?? ''
      map[name] = this.entry(
        masking,
        text,
        masking.hasPaths ? `${path}.${name}` : path,
        masking.isSecretName(name) ? name : secretName,
        left,
      )
      const shown = masking.maskText(name, path)
      if (shown !== name) (renamed ??= new Map()).set(name, shown)
      left -= text.length + name.length
      if (left < 0) {
        const kept = Object.fromEntries(names.slice(0, index + 1).map(key => [key, map[key] ?? '']))
        return this.shortened(path, map, withNames(kept, renamed))
      }
    }
    return withNames(map, renamed)
  }

  /** Masks the names of a map whose values are no texts. */
  names(map: Readonly<Record<string, unknown>>, path: string): Readonly<Record<string, unknown>> {
    const { masking } = this
    if (masking === undefined) return map
    const renamed = new Map<string, string>()
    for (const name of Object.keys(map)) {
      const shown = masking.maskText(name, path)
      if (shown !== name) renamed.set(name, shown)
    }
    return renamed.size === 0 ? map : withNames(map, renamed)
  }

  /** Any value as JSON text, a string too. */
  json(value: unknown, path: string): string {
    const flat = this.masking === undefined ? flatJsonOf(value) : undefined
    if (flat !== undefined) return flat
    return new JsonTextWriter(this.masking, path).write(value)
  }

  private entry(masking: EventMasking, text: string, path: string, secretName: string, left: number): string {
    if (text === '') return text
    if (secretName !== '') return masking.maskWhole(text, secretName)
    if (masking.hasPaths && masking.isSecretPath(path)) return masking.maskWhole(text, lastNameOf(path))
    return text.length <= left ? masking.maskText(text, path) : masking.maskText(sliceWhole(text, left), path, true)
  }

  private shortened<T>(path: string, whole: object, kept: T): T {
    this.noteCut(path, JSON.stringify(whole).length, JSON.stringify(kept))
    return kept
  }

  private noteCut(path: string, length: number, masked: string): void {
    this.cuts ??= {}
    this.cuts[path] = { length, sha256: sha256Hex(masked) }
  }
}

/** Several names that look the same when masked stay several. */
function withNames<T>(
  map: Readonly<Record<string, T>>,
  renamed: ReadonlyMap<string, string> | undefined,
): Record<string, T> {
  if (renamed === undefined) return map
  const shown: Record<string, T> = {}
  for (const [name, value] of Object.entries(map)) {
    const wanted = renamed.get(name) ?? name
    let free = wanted
    for (let count = 2; Object.hasOwn(shown, free); count++) free = `${wanted}#${count}`
    shown[free] = value
  }
  return shown
}

function lastNameOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}
