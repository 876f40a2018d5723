/** Who writes the logs of a folder: each has one writer, named by its lock. */
import { basename, join } from 'node:path'
import { listLogFolders, LOCK_FILE } from '../../journal/layout.ts'
import { type LockHolder, readLockHolder } from '../../journal/lock-holder.ts'
import type { WallClock } from '../../query/wall-clock.ts'
import { countText, durationText, secondsText } from '../quantities.ts'
import { type Check, checked } from './check.ts'

/** A longer one is nobody's. */
const MAX_HOST_CHARACTERS = 255

/** The folder's own log first, then those under `writers/`; of these, the closed and the dead are only counted. */
export function checkLocks(dir: string, clock: WallClock): readonly Check[] {
  const writers = listLogFolders(dir).filter(log => log !== dir)
  const checks = [...checked('lock', () => [checkLock('lock', dir, clock)])]
  const counts = { closed: 0, dead: 0 }
  for (const log of writers) {
    const name = `lock of writers/${basename(log)}`
    checks.push(
      ...checked(name, () => {
        const held = readLockHolder(log)
        if (held !== undefined && held.liveness !== 'dead') return [checkLock(name, log, clock)]
        counts[held === undefined ? 'closed' : 'dead'] += 1
        return []
      }),
    )
  }
  const found = `${countText(counts.closed, 'log')} closed, ${counts.dead} left by processes that died`
  return counts.closed + counts.dead === 0 ? checks : [...checks, { name: 'writers', status: 'ok', found }]
}

function checkLock(name: string, log: string, clock: WallClock): Check {
  const held = readLockHolder(log)
  if (held === undefined) return { name, status: 'ok', found: 'nobody writes' }
  const who = holderText(held, clock)
  switch (held.liveness) {
    case 'alive':
      return { name, status: 'ok', found: `written by ${who}` }
    case 'dead':
      return { name, status: 'note', found: `left by ${who}; it is gone, and the next agent takes the lock over` }
    case 'unknown':
      return {
        name,
        status: 'warning',
        found: `held by ${who}; whether that lives cannot be seen from here`,
        advice: `Look on that host or in that container. If you know that it is gone, delete ${join(log, LOCK_FILE)}.`,
      }
  }
}

function holderText({ holder }: LockHolder, clock: WallClock): string {
  if (holder === undefined) return 'a process that the unreadable lock file does not name'
  const started = Date.parse(holder.startedAt)
  const at = clock.timeOf(started)
  const when = at === undefined ? '' : `, started ${secondsText(at)}, ${durationText(Date.now() - started)} ago`
  return `process ${holder.pid} on host ${holder.host.slice(0, MAX_HOST_CHARACTERS)}${when}`
}
