/** Nothing but Node.js starting and ending: what every command written for it costs before it does anything. */
import type { Subject } from '../subject.ts'

export const nodeStart: Subject = { tail: () => ({ file: process.execPath, args: ['-e', '0'] }) }
