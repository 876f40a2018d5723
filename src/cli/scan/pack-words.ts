import type { PackName } from '../../redaction/rules/all-rules.ts'

// The names only: the rules themselves are loaded by the search, not by the help and the completion of every command.
const KNOWN: Readonly<Record<PackName, true>> = { email: true, phone: true, ip: true, 'national-id': true }

/** Packs of rules that are looked for on request. */
export const PACK_WORDS: readonly string[] = Object.keys(KNOWN)
