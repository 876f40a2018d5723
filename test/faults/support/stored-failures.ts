/** What a log says about itself. */
import { readFileSync } from 'node:fs'
import type { AuditEvent } from '../../../src/index.ts'
import { listLogFiles } from '../../../src/journal/layout.ts'

/** The contexts of all `AuditFailure` events of the log in `dir`, oldest first. */
export function failuresIn(dir: string): Readonly<Record<string, string>>[] {
  return contextsIn(dir, 'AuditFailure')
}

/** The same for another category of events of the log about itself. */
export function contextsIn(dir: string, category: string): Readonly<Record<string, string>>[] {
  return listLogFiles(dir)
    .flatMap(file => readFileSync(file, 'utf8').split('\n').slice(0, -1))
    .map((line): AuditEvent => JSON.parse(line))
    .flatMap(({ event_type: { type, data } }) =>
      type === 'Security' && data.category === category ? [data.context] : [],
    )
}
