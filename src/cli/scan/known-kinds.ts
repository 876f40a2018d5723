import { PACKS, PATTERN_RULES, TOKEN_RULES } from '../../redaction/rules/all-rules.ts'

/** What names make of a value. */
const BY_NAME = [
  'authorization',
  'api-key',
  'connection-string',
  'cookie',
  'credentials',
  'password',
  'secret',
  'token',
]
/** What is recognised by its form, or by what stands around it. */
const BY_FORM = ['basic-credentials', 'bearer-token', 'credit-card', 'encoded-secret', 'iban', 'jwt', 'private-key']
const IN_URLS = ['url-password', 'url-user']

/** Every kind of secret that a search without rules of the user's can find. A test compares it with what is found. */
export const KNOWN_KINDS: readonly string[] = [
  ...new Set([
    ...BY_NAME,
    ...BY_FORM,
    ...IN_URLS,
    ...[...TOKEN_RULES, ...PATTERN_RULES, ...Object.values(PACKS).flat()].map(({ kind }) => kind),
  ]),
].toSorted()
