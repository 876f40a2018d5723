/** An agent: makes the process-wide logger, logs a call, says its pid, and ends in order when its standard input does. */
import { initAuditLogger } from '../../../src/index.ts'

const audit = initAuditLogger(JSON.parse(process.argv[2] ?? '{}'))
audit.logToolCall({ toolName: 'shell', parameters: 'ls' })
await audit.flush()
console.log(process.pid)
process.stdin.resume().on('end', () => void audit.shutdown().then(() => process.exit()))
