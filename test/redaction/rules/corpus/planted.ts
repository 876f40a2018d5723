import type { CorpusSecret } from './corpus-secret.ts'
import { secretText } from './corpus-secret.ts'
import { HIDING_PLACES } from './hiding-places.ts'
import type { HidingPlace } from './hiding-places.ts'
import { readIdioms, readStructured, readTokens } from './read-corpus.ts'

/** A text of the corpus with a secret in it. */
export interface Planted {
  readonly kind: string
  readonly place: string
  readonly text: string
  /** The secret as it stands in the text. */
  readonly shown: string
}

/** Every secret of the corpus in every place it can stand in. */
export function plantedTexts(): Planted[] {
  return [...readTokens(), ...readStructured()].flatMap(each =>
    plant(each, place => place.manyLines || !secretText(each).includes('\n')),
  )
}

/** The secrets that are known only by what stands around them, in the places that take any text. */
export function plantedIdioms(): Planted[] {
  return readIdioms().flatMap(each => plant({ ...each, kind: textOf(each) }, place => place.manyLines))
}

function plant(each: CorpusSecret, canHold: (place: HidingPlace) => boolean): Planted[] {
  const secret = secretText(each)
  const whole = textOf(each)
  return HIDING_PLACES.filter(canHold).map(place => ({
    kind: each.kind,
    place: place.name,
    text: place.hide(whole),
    shown: place.shown(secret, whole),
  }))
}

function textOf(each: CorpusSecret): string {
  return `${each.before ?? ''}${secretText(each)}${each.after ?? ''}`
}

const TELLING_CHARACTERS = 12

/** The first piece of the secret that a masked text still has, of a length that would help a thief; undefined where there is none. */
export function leakOf(masked: string, { shown }: Pick<Planted, 'shown'>): string | undefined {
  const length = Math.min(TELLING_CHARACTERS, shown.length)
  for (let at = 0; at + length <= shown.length; at++) {
    const piece = shown.slice(at, at + length)
    if (masked.includes(piece)) return piece
  }
  return undefined
}
