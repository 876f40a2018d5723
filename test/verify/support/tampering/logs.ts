// The logs that the corpus begins with, as Kansa would have written them.
import { ed25519Signer } from '../../../../src/seal/ed25519-key.ts'
import { ORIGIN, rootOfLines, testSigner } from '../../../support/sealed-folder.ts'
import type { LocalSigner } from '../../../../src/seal/signer.ts'
import type { RecordPlan } from '../../../support/sealed-folder.ts'
import { LogFolder } from './log-folder.ts'
import { ownRecord, retentionDeleted, tokenUsage, toolCall, work } from './records.ts'

/** The key of the log, the one that replaces it, and the one of somebody else. */
export const KEY: LocalSigner = testSigner(1)
export const NEXT_KEY: LocalSigner = testSigner(2)
export const FOREIGN_KEY: LocalSigner = testSigner(3)

export function vkeyOf({ verifier }: LocalSigner): string {
  if (verifier.vkey === undefined) throw new Error('a shared secret has no verifier key')
  return verifier.vkey
}

/** The example of docs/file-format.md: small enough to be printed whole. */
export const EXAMPLE_ORIGIN = 'kansa.log/example'
export const EXAMPLE_SEED: Buffer = Buffer.alloc(32, 1)

export function example(): LogFolder {
  return LogFolder.sealed({
    records: [ownRecord(0, 'AuditStarted'), toolCall(1), tokenUsage(2)],
    origin: EXAMPLE_ORIGIN,
    signersAt: () => [ed25519Signer(EXAMPLE_ORIGIN, EXAMPLE_SEED)],
  })
}

/** Six records in one file. */
export const small: () => LogFolder = copiesOf(() => LogFolder.sealed({ records: work(6), checkpoints: [3, 6] }))

/** The small log as somebody else would seal it after a change. */
export function forged(edit: Readonly<Record<number, RecordPlan>>, signer: LocalSigner): LogFolder {
  return LogFolder.sealed({ records: edited(work(6), edit), checkpoints: [3, 6], signersAt: () => [signer] })
}

/** So many records, of which the last ones are not sealed. */
export function unsealed(count: number, sealedCount: number): LogFolder {
  return LogFolder.sealed({ records: work(count), checkpoints: [3, sealedCount] })
}

/** Twelve records in three files: the two backups have 0 to 3 and 4 to 7. */
export const rotated: () => LogFolder = copiesOf(() => rotatedOf(ORIGIN))

/** The same under another name. */
export function rotatedOf(origin: string): LogFolder {
  return LogFolder.sealed({ records: rotatedRecords(), files: [4, 4, 4], checkpoints: [4, 8, 12], origin })
}

/** The same with a record about the deletion of the oldest file, which is still there. */
export function beforeDeletion(firstSeq = 0, lastSeq = 3, root: string = rootOfFirst(4)): LogFolder {
  return LogFolder.sealed({
    records: [...rotatedRecords(), retentionDeleted(12, firstSeq, lastSeq, root)],
    files: [4, 4, 5],
    checkpoints: [4, 8, 12, 13],
  })
}

/** The oldest file is gone, and a record says so. */
export function retained(): LogFolder {
  return beforeDeletion().remove('audit.jsonl.2')
}

/** Nine records; the key was changed at the sixth. */
export function keyRotated(): LogFolder {
  const signersAt = (size: number): LocalSigner[] => (size <= 3 ? [KEY] : size <= 6 ? [KEY, NEXT_KEY] : [NEXT_KEY])
  return LogFolder.sealed({ records: work(9), checkpoints: [3, 6, 9], signersAt })
}

/** More records than fit into one tile; most of them were deleted. */
export const large: () => LogFolder = copiesOf(() => {
  const records = Array.from({ length: 258 }, (_, n) => tokenUsage(n))
  const root = rootOfLines(LogFolder.sealed({ records }).lines.slice(0, 252))
  return LogFolder.sealed({
    records: [...records, retentionDeleted(258, 0, 251, root)],
    files: [252, 7],
    checkpoints: [2, 259],
  }).remove('audit.jsonl.1')
})

/** The root of the first records of the log in three files. */
export function rootOfFirst(count: number): string {
  return rootOfLines(rotated().lines.slice(0, count))
}

export function rotatedRecords(): RecordPlan[] {
  return edited(work(12), { 4: ownRecord(4, 'AuditContinued'), 8: ownRecord(8, 'AuditContinued') })
}

export function edited(records: readonly RecordPlan[], edit: Readonly<Record<number, RecordPlan>>): RecordPlan[] {
  return records.map((record, n) => edit[n] ?? record)
}

/** What an attacker would rather have in the log than `rm -rf`. */
export const HARMLESS: RecordPlan = toolCall(4, 'pwd')

/** Made once; whoever asks gets a copy to do something to. */
function copiesOf(make: () => LogFolder): () => LogFolder {
  let made: LogFolder | undefined
  return () => (made ??= make()).copy()
}
