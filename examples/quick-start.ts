import { readdir } from 'node:fs/promises'
import { initAuditLogger, withAgent, wrapTool } from 'kansa'

const audit = initAuditLogger({ dir: './audit' })

// Record what happened …
audit.logToolCall({ toolName: 'shell', parameters: { cmd: 'ls -la' }, durationMs: 150, outputPreview: 'total 48' })

// … or let it be recorded: the run, and each call of the tool inside it.
const listFiles = wrapTool((path: string) => readdir(path), { toolName: 'list_files' })
await withAgent({ agentName: 'librarian', goal: 'See what is here' }, () => listFiles('.'))

await audit.flush() // on disk, whatever happens next
await audit.shutdown()
