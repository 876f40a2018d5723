/** Whether a process is writing a log, for those who only read it. */
import { readLockHolder } from './lock-holder.ts'

/** `unknown`: the lock is that of another machine, container or user, and cannot be judged from here. */
export type WriterState = 'live' | 'none' | 'unknown'

/** Of the log in `dir`. Never throws: what cannot be read tells nothing. */
export function writerStateOf(dir: string): WriterState {
  try {
    const holder = readLockHolder(dir)
    if (holder === undefined || holder.liveness === 'dead') return 'none'
    return holder.liveness === 'alive' ? 'live' : 'unknown'
  } catch {
    return 'unknown'
  }
}
