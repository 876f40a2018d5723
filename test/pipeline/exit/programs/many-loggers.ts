/** Twenty loggers in one process, ended by its end. */
import { join } from 'node:path'
import { createAuditLogger } from '../../../../src/index.ts'

const [, , dir = ''] = process.argv
for (let i = 0; i < 20; i++) {
  createAuditLogger({ dir: join(dir, String(i)) }).logToolCall({ toolName: 'first' })
}
