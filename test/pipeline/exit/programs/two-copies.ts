/** Two copies of the package, each with a logger. Arguments: audit folder, entry of the second copy, what to do. */
import { join } from 'node:path'
import { createAuditLogger } from '../../../../src/index.ts'

const [, , dir = '', entry = '', way = ''] = process.argv
const second: { createAuditLogger: typeof createAuditLogger } = await import(entry)
createAuditLogger({ dir: join(dir, 'first') }).logToolCall({ toolName: 'first' })
second.createAuditLogger({ dir: join(dir, 'second') }).logToolCall({ toolName: 'first' })
if (way === 'alive') {
  setInterval(() => {}, 60_000)
  process.stdout.write('ready\n')
} else {
  // A new exit listener makes both move behind it, once each.
  process.on('exit', () => {})
  setTimeout(() => {}, 50)
}
