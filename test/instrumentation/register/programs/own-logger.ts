/** An application that sets Kansa up itself, as it would without `kansa/register`. */
import { initAuditLogger } from '../../../../src/create-audit-logger.ts'

const logger = initAuditLogger(process.argv[2] === 'other' ? { maxBackups: 3 } : {})
logger.logToolCall({ toolName: 'shell' })
