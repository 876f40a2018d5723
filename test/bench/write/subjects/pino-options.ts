/** The event brings its own time and says who; pino's would only make the lines longer, at pino's cost. */
import type { LoggerOptions } from 'pino'

export const PINO_OPTIONS: LoggerOptions = { base: null, timestamp: false }
