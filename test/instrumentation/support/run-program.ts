/** A program of its own, run as its users would: with and without `kansa/register` before it. */
import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditEvent } from '../../../src/events/kinds.ts'

const DIST = join(import.meta.dirname, '../../../dist')
/** As the package's name leads there: `npm test` builds it first, and it starts faster than the sources do. */
const REGISTER = { import: join(DIST, 'register.js'), require: join(DIST, 'register.cjs') }
/** Another version of Node.js, where the version matrix tells one. Before 22.18 it must be told to take TypeScript. */
const NODE = process.env['TEST_NODE'] ?? process.execPath
const NODE_ARGS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning']

export interface ProgramOptions {
  /** How `kansa/register` gets before the program. Default: not at all. */
  readonly register?: 'import' | 'require'
  /** By `NODE_OPTIONS`, which child processes inherit, and not on the command line. Default false. */
  readonly inherited?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** Called with what it has said on stdout so far, each time that there is more, and with what interrupts it. */
  readonly onOutput?: (stdout: string, interrupt: () => void) => void
}

export interface ProgramResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** Everything in the journals below the program's audit folder, oldest first. */
  readonly events: readonly AuditEvent[]
  /** Journals that were written. */
  readonly journals: number
}

/** Runs in a new folder that is removed afterwards, with `KANSA_DIR` in it. */
export async function runProgram(path: string, options: ProgramOptions = {}): Promise<ProgramResult> {
  const { register, inherited = false, env = {}, args = [], onOutput } = options
  const folder = mkdtempSync(join(tmpdir(), 'kansa-register-'))
  const preload = register === undefined ? [] : [`--${register}`, REGISTER[register]]
  const child = spawn(NODE, [...NODE_ARGS, ...(inherited ? [] : preload), path, ...args], {
    cwd: folder,
    env: {
      ...process.env,
      NODE_OPTIONS: inherited ? preload.join(' ') : '',
      KANSA_DIR: join(folder, 'audit'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    onOutput?.(stdout, () => child.kill('SIGINT'))
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    const files = globSync('audit/**/audit.jsonl', { cwd: folder })
    const lines = files.flatMap(file => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1))
    const events = lines.map(line => JSON.parse(line) as AuditEvent)
    events.sort((one, other) => one.timestamp.localeCompare(other.timestamp))
    return { code, stdout, stderr, events, journals: files.length }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
