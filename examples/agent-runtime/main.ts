#!/usr/bin/env node
/** A small coding agent whose every step is in the audit log: `node examples/agent-runtime/main.ts`. */
import { parseArgs } from 'node:util'
import { runDemo } from './demo.ts'
import type { DemoOptions } from './demo.ts'
import { visible } from './visible-text.ts'

const USAGE = `An agent at work, and the audit log that it leaves.

Options:
  --short        one task only, in a temporary project
  --root <path>  the project to work on (default: the current folder)
  --ask          ask about commands that no rule knows (default: refuse them)
  --help         this text

Environment:
  KANSA_DIR        folder of the audit log (default: ./audit)
  OPENAI_BASE_URL  a model service instead of the built-in scripted model, for example
                   https://api.openai.com/v1; with OPENAI_API_KEY and OPENAI_MODEL
`
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 }

const interruption = new AbortController()
let interruptedBy: keyof typeof EXIT_CODES | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The first one lets the run end in order, the second one ends at once; the journal is complete either way.
    if (interruptedBy !== undefined) process.exit(EXIT_CODES[signal])
    interruptedBy = signal
    interruption.abort()
  })
}
// Whoever reads the output has gone (`| head`): there is nobody left to work for.
process.stdout.on('error', () => interruption.abort())

try {
  const options = readOptions()
  if (options.help) {
    process.stdout.write(USAGE)
  } else {
    const allWell = await runDemo(options, interruption.signal)
    process.exitCode = interruptedBy === undefined ? (allWell ? 0 : 1) : EXIT_CODES[interruptedBy]
  }
} catch (error) {
  process.stderr.write(`${visible(error instanceof Error ? error.message : String(error))}\n`)
  process.exitCode ??= 1
}

function readOptions(): DemoOptions & { help: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        short: { type: 'boolean', default: false },
        root: { type: 'string' },
        ask: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    return { ...values, root: values.root }
  } catch (error) {
    process.exitCode = 2
    throw error
  }
}
