/** Runs `audit-agent.ts`, under any command that injects faults, tells it what to do and keeps what it said. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { expect } from 'chai'
import type { OtlpOptions } from '../../../src/index.ts'
import type { PlainLoggerOptions } from '../../../src/options.ts'
import type { KeyOptions } from '../../../src/pipeline/key-options.ts'
import { eventually, type StoredRecord } from '../../journal/support/test-logs.ts'

const PROGRAM = join(import.meta.dirname, '..', 'programs', 'audit-agent.ts')

export interface AgentPlan {
  readonly options: Omit<PlainLoggerOptions, 'onError'> & Pick<KeyOptions, 'signingKeyFile'> & { otlp?: OtlpOptions }
  readonly recordsPerTurn: number
  /** So many loops take turns at once. */
  readonly producers: number
  readonly pauseMillis: number
  /** A record has about 550 bytes beside this. */
  readonly outputLength: number
}

export class AgentProcess {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>
  private output = ''
  private errors = ''
  private hasEnded = false
  private readonly ended: Promise<unknown>

  constructor(options: AgentPlan['options'], plan: Partial<AgentPlan> = {}, wrapper: readonly string[] = []) {
    const whole: AgentPlan = { recordsPerTurn: 3, producers: 1, pauseMillis: 1, outputLength: 0, ...plan, options }
    const [command, ...args] = [...wrapper, process.execPath, PROGRAM, JSON.stringify(whole)]
    // One thread: strace counts calls per thread.
    const env = { ...process.env, UV_THREADPOOL_SIZE: '1' }
    this.process = spawn(command, args, { stdio: 'pipe', env })
    this.process.stdout.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    this.process.stderr.on('data', (chunk: Buffer) => (this.errors += chunk.toString()))
    // Told something after its death: what matters is what it said before.
    this.process.stdin.on('error', () => {})
    this.ended = once(this.process, 'close').then(() => (this.hasEnded = true))
  }

  /** Ids that had been said before: after each turn `turn`, by their receipts `stored`, or `refused`. */
  ids(word: 'turn' | 'stored' | 'refused'): string[] {
    return this.said(word).flatMap(text => (word === 'turn' ? text.split(' ') : text.split(' ', 1)))
  }

  /** The rest of every line that begins with this word. */
  said(word: string): string[] {
    // A line that the process's death cut off was never said.
    const lines = this.output.split('\n').slice(0, -1)
    return lines.filter(line => line.startsWith(`${word} `)).map(line => line.slice(word.length + 1))
  }

  /** What it answers to a command; undefined when it died of it. */
  async tell(command: string): Promise<string | undefined> {
    const [word = ''] = command.split(' ')
    const answers = (): string[] => this.said('done').filter(text => text.split(' ', 1)[0] === word)
    const before = answers().length
    this.process.stdin.write(`${command}\n`)
    await eventually(() => answers().length > before || this.hasEnded, `an answer to "${command}": ${this.errors}`)
    return answers()[before]?.slice(word.length + 1)
  }

  /** Waits until it said something more often than `times`. */
  async until(word: string, times = 0): Promise<void> {
    await eventually(() => this.said(word).length > times || this.hasEnded, `${word} (${times}): ${this.errors}`)
  }

  /** Lets it shut the logger down and end. */
  async stop(): Promise<void> {
    await this.tell('stop')
    await this.ended
    expect([this.process.exitCode, this.errors, this.said('thrown')]).to.deep.equal([0, '', []])
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL')
    await this.ended
  }
}

/** Inside a `describe`: a way to start agents that are gone after each test. */
export function useAgents(): (...args: ConstructorParameters<typeof AgentProcess>) => AgentProcess {
  const agents: AgentProcess[] = []
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.kill()
  })
  return (...args) => {
    const agent = new AgentProcess(...args)
    agents.push(agent)
    return agent
  }
}

/** Nothing of what was promised is missing, and no record is there twice. */
export function expectEachOnce(records: readonly StoredRecord[], promised: readonly string[]): void {
  const ids = records.map(record => record.id)
  const stored = new Set(ids)
  expect(ids.length - stored.size, 'records stored twice').to.equal(0)
  expect(
    promised.filter(id => !stored.has(id)),
    'promised, but not there',
  ).to.deep.equal([])
}
