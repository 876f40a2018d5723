/** `kansa demo`: a small agent that works for real, audited. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { KansaError } from '../errors.ts'
import { dirOption } from './dir-option.ts'
import { KansaCommand } from './kansa-command.ts'

const PROGRAM = fileURLToPath(new URL('../demo/agent-runtime/main.js', import.meta.url))

export function demoCommand(): KansaCommand {
  return new KansaCommand('demo')
    .description('Run a small agent offline and watch its audit log being written.')
    .addOption(dirOption())
    .withManual({
      examples: [
        ['kansa demo', 'works in this folder, writes to ./audit'],
        ['kansa demo --dir /tmp/audit && kansa tail --dir /tmp/audit'],
      ],
    })
    .action(demo)
}

async function demo(options: { readonly dir: string }): Promise<void> {
  if (!existsSync(PROGRAM)) {
    throw new KansaError(
      'KANSA_UNREADABLE',
      `the demo program ${PROGRAM} is missing. Install kansa again, or in a clone run \`npm run build\`.`,
    )
  }
  const child = spawn(process.execPath, [PROGRAM, '--short'], {
    stdio: 'inherit',
    env: { ...process.env, KANSA_DIR: options.dir },
  })
  const passOn = (): void => void child.kill('SIGTERM')
  process.on('SIGINT', stayAlive)
  process.on('SIGTERM', passOn)
  const [code, signal]: (number | NodeJS.Signals | null)[] = await once(child, 'exit')
  process.off('SIGINT', stayAlive)
  process.off('SIGTERM', passOn)
  process.exitCode = exitCodeOf(code, signal)
}

/** A terminal sends Ctrl-C to both; the agent ends its run and its journal first, and we with it. */
function stayAlive(): void {}

/** As a shell tells it: 128 and the signal's number for a program that a signal ended. */
function exitCodeOf(code: unknown, signal: unknown): number {
  if (typeof code === 'number') return code
  const number = Object.entries(constants.signals).find(([name]) => name === signal)?.[1]
  return 128 + (number ?? 0)
}
