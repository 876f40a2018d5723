/** The names of what a sealed log consists of, relative to its folder. */
export const ACTIVE_FILE = 'audit.jsonl'
export const GITIGNORE_FILE = '.gitignore'
export const SEAL_FOLDER = 'seal'
export const FORMAT_FILE = 'seal/format'
export const VERIFIER_KEYS_FILE = 'seal/kansa.vkey'
export const CHECKPOINT_FILE = 'seal/checkpoint'
export const CHECKPOINTS_FILE = 'seal/checkpoints'
export const TILE_FOLDER = 'seal/tile'
/** All files that `seal/` has, besides the tiles. */
export const SEAL_FILES: ReadonlySet<string> = new Set([
  FORMAT_FILE,
  VERIFIER_KEYS_FILE,
  CHECKPOINT_FILE,
  CHECKPOINTS_FILE,
])
/** Holds shared secrets, for logs that are sealed with one. Of the audit folder, also for the logs under `writers/`. */
export const SIGNING_KEYS_FILE = 'keys/signing.key'
/** Holds one complete log per further process. */
export const WRITERS_FOLDER = 'writers'

const BACKUP = /^audit\.jsonl\.(?<suffix>[1-9]\d{0,9})$/
const OWN_NAME = /^(audit\.jsonl(\..*)?|lock(\..*)?|\.gitignore|seal|keys|forward|writers)$/
/** Written beside a file that is to be replaced; left over only after a crash. */
const TEMPORARY = /\.tmp-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** 1 is the newest backup; 0 is the active file, undefined what is no file of the journal. */
export function suffixOf(name: string): number | undefined {
  if (name === ACTIVE_FILE) return 0
  const suffix = BACKUP.exec(name)?.groups?.['suffix']
  return suffix === undefined ? undefined : Number(suffix)
}

export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name)
}

/** Whether something of this name in an audit folder is Kansa's. */
export function isOwnName(name: string): boolean {
  return OWN_NAME.test(name)
}
