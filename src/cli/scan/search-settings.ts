/** What `kansa scan` looks for: what redaction masks, and the packs that were asked for. */
import { KansaError } from '../../errors.ts'
import { nearest } from '../../query/nearest.ts'
import { PACK_NAMES, PACKS } from '../../redaction/rules/all-rules.ts'
import { SecretNames } from '../../redaction/secret-names.ts'
import { TextScanner } from '../../redaction/text-scanner.ts'
import { KNOWN_KINDS } from './known-kinds.ts'
import { SecretSearch } from './secret-search.ts'

/** @throws KansaError `KANSA_INVALID_OPTION` for an unknown pack */
export function secretSearch(packs: readonly string[] = []): SecretSearch {
  const patterns = packs.flatMap(pack => {
    const name = PACK_NAMES.find(known => known === pack)
    if (name === undefined) throw unknown('pack', pack, PACK_NAMES)
    return PACKS[name]
  })
  return new SecretSearch(new TextScanner({ patterns }), new SecretNames())
}

/** @throws KansaError `KANSA_INVALID_OPTION` for an unknown kind: nothing would be found, and all would seem well */
export function kindFilter(kinds: readonly string[] | undefined): (kind: string) => boolean {
  if (kinds === undefined) return () => true
  for (const kind of kinds) if (!KNOWN_KINDS.includes(kind)) throw unknown('kind', kind, KNOWN_KINDS)
  return kind => kinds.includes(kind)
}

function unknown(what: string, word: string, known: readonly string[]): KansaError {
  const meant = nearest(word, known)
  const advice = meant.length > 0 ? `did you mean ${meant.join(' or ')}?` : `known are ${known.join(', ')}`
  return new KansaError('KANSA_INVALID_OPTION', `there is no ${what} ${word}: ${advice}`)
}
