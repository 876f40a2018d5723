/** `kansa/testing`: for the tests of programs that use Kansa. */
export { createMemoryAuditLogger, MemoryAuditLogger } from './pipeline/memory-audit-logger.ts'
export type { MemoryAuditLoggerOptions } from './pipeline/memory-audit-logger.ts'
