import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'

/** Runs a program to its own end; one that does not end is killed, which fails the test. */
async function run(name: string, ...args: string[]): Promise<string> {
  const program = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url))
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { timeout: 15_000, env })
  return stdout
}

describe('in a process of its own', () => {
  it('a waiting record does not keep the process alive', async () => {
    await run('pending-timer')
  })

  it('a failed batch that waits for its next attempt does not keep the process alive', async () => {
    await run('pending-timer', 'retry')
  })

  it('an awaited flush or shutdown does', async () => {
    expect(await run('top-level-await')).to.equal('not flushed\nKANSA_NOT_DURABLE\nended\n')
  })

  it('it works in NodeSDK, with tracing suppressed during the export and not in the application', async () => {
    expect(JSON.parse(await run('node-sdk'))).to.deep.equal({
      seen: [{ bodies: ['hello'], suppressed: true, afterAwait: true, spans: false }],
      suppressedInApplication: false,
    })
  })
})
