/** A real agent in a process of its own, which holds the lock of its audit folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { environment } from './kansa.ts'

const PROGRAM = fileURLToPath(new URL('../programs/hold-logger.ts', import.meta.url))

export class AuditingAgent {
  private readonly child: ChildProcess

  private constructor(child: ChildProcess) {
    this.child = child
  }

  /** Resolves when its first records are durable. `options` are those of `initAuditLogger`, in code. */
  static async start(options: object, env: Readonly<Record<string, string>> = {}): Promise<AuditingAgent> {
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], {
      env: environment(env),
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    return new AuditingAgent(child)
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  /** Lets it end in order. May be called again. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    this.child.stdin?.end()
    await once(this.child, 'exit')
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await once(this.child, 'exit')
  }
}

/** Inside a `describe`: a way to start agents that are ended after each test. Before the folders are to be removed. */
export function useAgents(): typeof AuditingAgent.start {
  const agents: AuditingAgent[] = []
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop()
  })
  return async (...args) => {
    const agent = await AuditingAgent.start(...args)
    agents.push(agent)
    return agent
  }
}
