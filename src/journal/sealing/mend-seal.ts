/** Puts right what a crash between two steps of a commit left in `seal/`, and says what it was. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { CheckpointStore } from './checkpoint-store.ts'
import { SEAL_FOLDER } from '../layout.ts'
import type { FileModes } from '../log-files.ts'
import type { Repair } from '../repair.ts'
import { type SealedState, setAsideTornNote } from './sealed-state.ts'

/** To be called before anything is written. @throws the system's error. */
export function mendSeal(dir: string, found: SealedState, modes: FileModes, repairs: Repair[]): void {
  removeTemporaryFiles(join(dir, SEAL_FOLDER))
  if (found.tornTail !== undefined) {
    const file = setAsideTornNote(dir, found.tornTail)
    repairs.push({ kind: 'torn-checkpoint', file, bytes: found.tornTail.end - found.tornTail.start })
  }
  if (found.newest === undefined || (found.isInNewest && found.isInAll)) return
  const { note, checkpoint } = found.newest
  const store = new CheckpointStore(dir, modes)
  if (found.isInAll) store.putInPlace(note)
  else store.writeSync(note)
  repairs.push({ kind: 'checkpoint-restored', size: checkpoint.size })
}

function removeTemporaryFiles(folder: string): void {
  try {
    for (const name of readdirSync(folder)) if (name.includes('.tmp-')) rmSync(join(folder, name), { force: true })
  } catch {
    // No such folder, or litter that may not be deleted: it harms nobody.
  }
}
