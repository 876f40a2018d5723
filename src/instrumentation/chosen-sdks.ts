/** Which SDKs are attached to: all but the opt-in ones, unless `KANSA_INSTRUMENTATIONS` says otherwise. */
import { KansaError } from '../errors.ts'
import type { Sdk } from './sdk.ts'

export const CHOICE_VARIABLE = 'KANSA_INSTRUMENTATIONS'

export interface Choice {
  readonly chosen: readonly Sdk[]
  /** Names that no SDK has. */
  readonly unknown: readonly string[]
}

/**
 * `openai,mcp` names the ones to attach to; `-openai` all but that one; `+undici` that one too; `none` none at all; `all`
 * those without a choice. Empty text is no choice.
 */
export function chooseSdks(text: string | undefined, sdks: readonly Sdk[]): Choice {
  const words = (text ?? '').split(',').map(word => word.trim())
  const given = words.filter(word => word !== '')
  const usual = new Set(sdks.filter(({ optIn }) => optIn !== true).map(({ name }) => name))
  const startsEmpty = given.some(word => !/^[+-]/.test(word))
  const names = startsEmpty ? new Set<string>() : new Set(usual)
  const unknown: string[] = []
  for (const word of given) {
    const name = word.replace(/^[+-]/, '')
    if (name === 'none') names.clear()
    else if (name === 'all') for (const each of usual) names.add(each)
    else if (!sdks.some(sdk => sdk.name === name)) unknown.push(name)
    else if (word.startsWith('-')) names.delete(name)
    else names.add(name)
  }
  return { chosen: sdks.filter(({ name }) => names.has(name)), unknown }
}

/** @throws KansaError `KANSA_INVALID_OPTION` naming what no SDK is called */
export function checkedChoice(names: readonly string[] | undefined, sdks: readonly Sdk[]): readonly Sdk[] {
  const { chosen, unknown } = chooseSdks(names?.join(','), sdks)
  if (unknown.length > 0) throw new KansaError('KANSA_INVALID_OPTION', unknownText(unknown, sdks))
  return names?.length === 0 ? [] : chosen
}

export function unknownText(unknown: readonly string[], sdks: readonly Sdk[]): string {
  return `no instrumentation is called ${unknown.join(', ')}; known are ${sdks.map(({ name }) => name).join(', ')}`
}
