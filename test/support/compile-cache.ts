// Loaded before the tests: programs that they start compile each source once, not once per start. Kept where a clean
// install begins without it.
import { join } from 'node:path'

process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '../../node_modules/.cache/compiled')
