/** Checkpoints that were kept elsewhere: what a log must still contain. They stop whoever restores an older copy of it. */
import { KansaError, messageOf } from '../errors.ts'
import { openCheckpoint, parseCheckpoint } from '../seal/checkpoint.ts'
import type { Checkpoint } from '../seal/checkpoint.ts'
import { SealError } from '../seal/seal-error.ts'
import { parseNote } from '../seal/signed-note.ts'
import type { Verifier } from '../seal/signer.ts'
import type { ExpectedRoot } from './checkpoint-history.ts'
import type { ProblemLog } from './problem-log.ts'

export interface KeptCheckpoint {
  /** Where it came from, for messages. */
  readonly name: string
  readonly bytes: Buffer
  readonly checkpoint: Checkpoint
}

/** @throws KansaError `KANSA_INVALID_CHECKPOINT` */
export function parseKeptCheckpoint(bytes: Buffer, name: string): KeptCheckpoint {
  try {
    return { name, bytes, checkpoint: parseCheckpoint(parseNote(bytes).text) }
  } catch (error) {
    throw new KansaError('KANSA_INVALID_CHECKPOINT', `${name} is no signed checkpoint: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

/** The roots to compare the log of `size` records with, by their size; objects to what it cannot contain. */
export function keptRoots(
  kept: readonly KeptCheckpoint[],
  verifiers: readonly Verifier[],
  size: number,
  problems: ProblemLog,
): ExpectedRoot[] {
  const roots: ExpectedRoot[] = []
  for (const { name, bytes, checkpoint } of kept) {
    checkSignature(name, bytes, verifiers, problems)
    if (checkpoint.size <= size) {
      roots.push({ size: checkpoint.size, root: checkpoint.root, line: 1 })
    } else {
      const message = `it covers ${size} records, but ${name} covers ${checkpoint.size}: what is here is an older copy`
      problems.add('rolled-back', { seq: size }, message)
    }
  }
  return roots.toSorted((a, b) => a.size - b.size)
}

/** It was kept by whoever asks, so it counts whoever signed it: a signature by another key says that keys were exchanged. */
function checkSignature(name: string, bytes: Buffer, verifiers: readonly Verifier[], problems: ProblemLog): void {
  try {
    openCheckpoint(bytes, verifiers)
  } catch (error) {
    if (!(error instanceof SealError) || error.reason !== 'not-signed') {
      throw new KansaError('KANSA_INVALID_CHECKPOINT', `${name}: ${messageOf(error)}`, { cause: error })
    }
    problems.add('wrong-key', {}, `${name} was ${error.message}: this log has other keys`)
  }
}
