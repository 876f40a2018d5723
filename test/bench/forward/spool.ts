/** The journal that is caught up with: what an agent left while its collector was away. */
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createAuditLogger } from 'kansa'
import { toolCallInput } from '../write/events.ts'

const PER_TURN = 500

export function spoolIn(shared: string): string {
  return join(shared, 'spool')
}

/** With the two records of its own life it holds two more. */
export async function makeSpool(shared: string, records: number): Promise<void> {
  const audit = createAuditLogger({ dir: spoolIn(shared), maxBackups: 100, minFreeBytes: 0, minFreePercent: 0 })
  for (let index = 0; index < records; index++) {
    audit.logToolCall(toolCallInput(index))
    if (index % PER_TURN === 0) await nextTurn()
  }
  await audit.shutdown()
}
