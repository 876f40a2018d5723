/** Which keys the signatures of a log are checked with: those that were given, and those that lie beside it. */
import { join } from 'node:path'
import { KansaError, messageOf } from '../errors.ts'
import { parseSigningKeys } from '../seal/key-file.ts'
import { fullKeyName } from '../seal/key-id.ts'
import { parseSigningKey, parseVerifierKey } from '../seal/key-text.ts'
import type { Verifier } from '../seal/signer.ts'
import { SIGNING_KEYS_FILE, VERIFIER_KEYS_FILE } from './log-layout.ts'
import { readPlainFile } from './plain-file.ts'
import type { ProblemLog } from './problem-log.ts'

const MAX_FILE_BYTES = 1024 * 1024
const COMMENT = '#'
const PRIVATE_PREFIX = 'PRIVATE+KEY+'

export interface LogKeys {
  readonly trust: 'pinned' | 'folder'
  /** Whose signatures count, each key once. */
  readonly verifiers: readonly Verifier[]
  /** Full names of those that were given. */
  readonly pinned: ReadonlySet<string>
  /** Full names of those in `seal/kansa.vkey`, in its order; undefined where there is no such file. */
  readonly published: readonly string[] | undefined
}

/**
 * Reads keys as people give them: verifier keys, or shared secrets and other signing keys, one per text.
 * @throws KansaError `KANSA_INVALID_KEY`; the key itself never comes back in the message.
 */
export function parseGivenKeys(texts: readonly string[]): Verifier[] {
  return texts.map((text, at) => parseGivenKey(text.trim(), texts.length === 1 ? 'the key' : `key ${at + 1}`))
}

/** The keys of a file, one per line; empty lines and lines that begin with `#` are passed over. @throws as above */
export function parseGivenKeyFile(text: string, path: string): Verifier[] {
  const keys = text
    .split('\n')
    .map((line, at) => ({ key: line.trim(), where: `${path}, line ${at + 1}` }))
    .filter(({ key }) => key !== '' && !key.startsWith(COMMENT))
  if (keys.length === 0) throw new KansaError('KANSA_INVALID_KEY', `there is no key in ${path}`)
  return keys.map(({ key, where }) => parseGivenKey(key, where))
}

/**
 * With keys that were given, those in the folder only check older checkpoints: what they sign is anchored by the newest.
 * Without, they are all there is. `secretsDir` is the audit folder, which may hold the shared secret of its logs.
 */
export function readLogKeys(
  dir: string,
  secretsDir: string,
  given: readonly Verifier[],
  problems: ProblemLog,
): LogKeys {
  const published = readPublished(dir, problems)
  const verifiers = new Map<string, Verifier>()
  for (const key of given) addKey(verifiers, key)
  const pinned = new Set(verifiers.keys())
  for (const key of published ?? []) {
    const other = addKey(verifiers, key)
    // Ids are short: somebody can search for a key that has another's.
    if (other !== undefined && other.vkey !== key.vkey) {
      problems.add('changed-file', { file: VERIFIER_KEYS_FILE }, `another key is called ${fullKeyName(key)} here`)
    }
  }
  if (given.length === 0) for (const key of readSecrets(secretsDir)) addKey(verifiers, key)
  return {
    trust: given.length > 0 ? 'pinned' : 'folder',
    verifiers: [...verifiers.values()],
    pinned,
    published: published?.map(fullKeyName),
  }
}

/** The key that has this name already, if there is one. */
function addKey(keys: Map<string, Verifier>, key: Verifier): Verifier | undefined {
  const name = fullKeyName(key)
  const other = keys.get(name)
  if (other === undefined) keys.set(name, key)
  return other
}

function parseGivenKey(text: string, where: string): Verifier {
  try {
    return text.startsWith(PRIVATE_PREFIX) ? parseSigningKey(text).verifier : parseVerifierKey(text)
  } catch (error) {
    const advice = 'A verifier key is name+id+base64, as in seal/kansa.vkey.'
    throw new KansaError('KANSA_INVALID_KEY', `${where}: ${messageOf(error)}. ${advice}`, { cause: error })
  }
}

/** One form only: anything else in the file is a change. */
function readPublished(dir: string, problems: ProblemLog): Verifier[] | undefined {
  const bytes = readPlainFile(join(dir, VERIFIER_KEYS_FILE), MAX_FILE_BYTES)
  if (bytes === 'absent') return undefined
  const change = (line: number | undefined, message: string): void =>
    problems.add('changed-file', { file: VERIFIER_KEYS_FILE, line }, message)
  if (typeof bytes === 'string') {
    change(undefined, bytes === 'too-large' ? 'it is larger than any file of keys' : 'it is no regular file')
    return []
  }
  const keys = new Map<string, Verifier>()
  const lines = bytes.toString('utf8').split('\n')
  if (lines.at(-1) === '' && lines.length > 1) lines.pop()
  else change(lines.length, 'it does not end with a line break')
  for (const [at, line] of lines.entries()) {
    try {
      const key = parseVerifierKey(line)
      if (addKey(keys, key) !== undefined) change(at + 1, `the key ${fullKeyName(key)} is there twice`)
    } catch (error) {
      change(at + 1, `this is no verifier key: ${messageOf(error)}`)
    }
  }
  return [...keys.values()]
}

/** The file is none of the log's evidence: what is wrong with it is the writer's concern. */
function readSecrets(dir: string): Verifier[] {
  try {
    const bytes = readPlainFile(join(dir, SIGNING_KEYS_FILE), MAX_FILE_BYTES)
    if (typeof bytes === 'string') return []
    return parseSigningKeys(bytes.toString('utf8'))
      .map(signer => signer.verifier)
      .filter(verifier => verifier.vkey === undefined)
  } catch {
    return []
  }
}
