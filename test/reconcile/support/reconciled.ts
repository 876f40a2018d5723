// A sealed folder, and what comes of comparing it with exports.
import { buildEvent } from '../../../src/events/build-event.ts'
import { openLogs } from '../../../src/journal/open-logs.ts'
import type { OpenLog } from '../../../src/journal/open-logs.ts'
import { reconcile } from '../../../src/reconcile/reconcile.ts'
import type { ToReconcile } from '../../../src/reconcile/reconcile.ts'
import type { Reconciliation } from '../../../src/reconcile/reconciliation.ts'
import type { SealedFolder } from '../../support/sealed-folder.ts'
import { sourceOf } from './read.ts'

const KINDS = [
  (n: number): object => buildEvent('ToolCall', { toolName: 'shell', parameters: { n }, timestamp: timeOf(n) }),
  (n: number): object =>
    buildEvent('ApiCall', { provider: 'openai', model: 'gpt-5', promptTokens: n, timestamp: timeOf(n), error: 'boom' }),
  (n: number): object =>
    buildEvent('Security', {
      severity: 'Warning',
      category: 'Other',
      source: 'test',
      message: `m${n}`,
      timestamp: timeOf(n),
    }),
]

/** A tool call (info), a failed call to a model (error), a finding (warn), and so on, a second apart. */
export function mixedEvents(count: number): object[] {
  return Array.from({ length: count }, (_, n) => KINDS[n % KINDS.length]?.(n) ?? {})
}

export function timeOf(n: number): Date {
  return new Date(Date.UTC(2026, 10, 22) + n * 1000)
}

export interface Task extends Omit<ToReconcile, 'logs' | 'exports'> {
  readonly treeSize?: number
  readonly rootAt?: (size: number) => Promise<string | undefined>
}

/** That of a log of which nobody asks. */
export const NO_ROOT = (): Promise<undefined> => Promise.resolve(undefined)

/** Of the log of a folder; each text is a file. */
export async function reconciled(
  { dir, origin, lines }: SealedFolder,
  texts: readonly (string | Buffer)[],
  { treeSize = lines.length, rootAt = NO_ROOT, ...task }: Task = {},
): Promise<Reconciliation> {
  const exports = texts.map((text, at) => sourceOf(text, 4096, `export-${at}`))
  const logs = openLogs(dir)
  try {
    const [found] = await reconcile({
      ...task,
      logs: logs.slice(0, 1).map(log => ({ log, origin, treeSize, rootAt })),
      exports,
    })
    if (found === undefined) throw new Error('there is no log')
    return found
  } finally {
    close(logs)
  }
}

function close(logs: readonly OpenLog[]): void {
  for (const log of logs) log.close()
}
