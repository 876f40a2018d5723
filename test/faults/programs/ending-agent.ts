/** Logs a few tool calls for a destination, and ends without a word to the logger: `node ending-agent.ts <dir> <url>`. */
import { createAuditLogger } from '../../../src/index.ts'

const [, , dir = '', url = ''] = process.argv
const audit = createAuditLogger({ dir, otlp: { url }, minFreeBytes: 0, minFreePercent: 0 })
for (let call = 0; call < 20; call++) audit.logToolCall({ toolName: 'shell' })
