/** A real collector as a child process: started with the shipped configurations, asked, killed. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Context } from 'mocha'
import { type Collector as Binary, buildCollector } from '../build-collector.ts'

export const ROOT: string = join(import.meta.dirname, '../../..')
export const MAIN_CONFIG: string = join(ROOT, 'otel-collector.yaml')

const START_MILLIS = 30_000
const POLL_MILLIS = 50

// Owned by mochaGlobalSetup, which runs before the first test.
let binary: Binary = { missing: 'the collector was not looked for' }
// Owned by CollectorProcess: those that run.
const running = new Set<CollectorProcess>()

/** Mocha runs this once, without a time limit. */
export function mochaGlobalSetup(): void {
  binary = buildCollector()
}

/** For `before`: without a collector the tests are skipped, and say why. */
export function needsCollector(this: Context): void {
  if ('path' in binary) return
  console.log(`      skipped: ${binary.missing}`)
  this.skip()
}

process.once('exit', () => {
  for (const collector of running) collector.kill().catch(() => {})
})

/** For `after` and `afterEach`: whatever a failed test left running. */
export async function killCollectors(): Promise<void> {
  await Promise.all([...running].map(collector => collector.kill()))
}

function binaryPath(): string {
  if ('path' in binary) return binary.path
  throw new Error(binary.missing)
}

export interface Setting {
  /** Files, or `yaml:` texts; later ones are laid over earlier ones. */
  readonly configs: readonly string[]
  readonly variables?: Readonly<Record<string, string>>
  /** Where it keeps its queues. */
  readonly folder: string
}

export interface Validation {
  readonly code: number
  readonly output: string
}

/** What `otelcol validate` says. */
export async function validate({ configs, variables, folder }: Setting): Promise<Validation> {
  const args = ['validate', ...configs.flatMap(config => ['--config', config])]
  return new Promise(resolve => {
    const options = { cwd: folder, env: environment(variables), timeout: START_MILLIS }
    execFile(binaryPath(), args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: stdout + stderr })
    })
  })
}

export class CollectorProcess {
  /** What it logged, over all its lives. */
  log = ''
  private child: ChildProcess | undefined
  private readonly setting: Setting
  private readonly ports: { readonly otlp: number; readonly health: number; readonly metrics: number }

  private constructor(setting: Setting, ports: { otlp: number; health: number; metrics: number }) {
    this.setting = setting
    this.ports = ports
  }

  /** Starts one on free ports and waits until it is healthy. */
  static async start(setting: Setting): Promise<CollectorProcess> {
    const [otlp = 0, health = 0, metrics = 0] = await freePorts(3)
    const collector = new CollectorProcess(setting, { otlp, health, metrics })
    await collector.start()
    return collector
  }

  /** The base of its OTLP endpoint. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.ports.otlp}`
  }

  get logsUrl(): string {
    return `${this.endpoint}/v1/logs`
  }

  /** Again, on the same ports, after `kill` or `stop`. */
  async start(): Promise<void> {
    const { configs, variables, folder } = this.setting
    const ports = {
      KANSA_COLLECTOR_DIR: join(folder, 'state'),
      KANSA_COLLECTOR_LISTEN: `127.0.0.1:${this.ports.otlp}`,
      KANSA_COLLECTOR_HEALTH: `127.0.0.1:${this.ports.health}`,
      KANSA_COLLECTOR_METRICS_PORT: String(this.ports.metrics),
    }
    const args = configs.flatMap(config => ['--config', config])
    const env = environment({ ...ports, ...variables })
    const child = spawn(binaryPath(), args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (this.log += data.toString()))
    this.child = child
    running.add(this)
    try {
      await until('a healthy collector', () => {
        if (child.exitCode !== null) throw new Error(`the collector ended with ${child.exitCode}`)
        return this.isHealthy()
      })
    } catch (error) {
      await this.kill()
      throw new Error(`${String(error)}:\n${this.log}`, { cause: error })
    }
  }

  /** As an operator stops it. */
  async stop(): Promise<void> {
    await this.end('SIGTERM')
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL')
  }

  /** The sum of one of its own metrics over all components, or those that a text of labels names. */
  async metric(name: string, labels = ''): Promise<number> {
    const lines = (await this.metricLines()).filter(line => line.startsWith(`${name}{`) && line.includes(labels))
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  }

  async metricNames(): Promise<string[]> {
    return (await this.metricLines()).map(line => line.split('{', 1)[0] ?? '')
  }

  private async metricLines(): Promise<string[]> {
    const response = await fetch(`http://127.0.0.1:${this.ports.metrics}/metrics`)
    return (await response.text()).split('\n').filter(line => !line.startsWith('#'))
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { child } = this
    this.child = undefined
    running.delete(this)
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'close')
    child.kill(signal)
    await ended
  }

  private async isHealthy(): Promise<boolean> {
    try {
      return (await fetch(`http://127.0.0.1:${this.ports.health}/`)).ok
    } catch {
      return false
    }
  }
}

/** This process's environment without what would lead records elsewhere. */
function environment(variables: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(OTEL|KANSA|SPLUNK|DD)_/.test(name))
  return { ...Object.fromEntries(inherited), ...variables }
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map(server => once(server, 'listening')))
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return ports
}

/** Waits until `holds`. @throws after `limitMillis`, naming what was waited for. */
export async function until(
  what: string | (() => string),
  holds: () => boolean | Promise<boolean>,
  limitMillis: number = START_MILLIS,
): Promise<void> {
  const deadline = Date.now() + limitMillis
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${typeof what === 'string' ? what : what()}`)
    await new Promise(resolve => setTimeout(resolve, POLL_MILLIS))
  }
}
