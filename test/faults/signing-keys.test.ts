import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { formatSigningKey } from '../../src/seal/key-text.ts'
import type { Signer } from '../../src/seal/signer.ts'
import { appendAll, asAfterKill, expectGapless, type TestLog, useTestLogs } from '../journal/support/test-logs.ts'
import { testSigner } from '../support/sealed-folder.ts'
import { type AgentPlan, type AgentProcess, expectEachOnce, useAgents } from './support/agent-process.ts'
import { contextsIn } from './support/stored-failures.ts'
import { expectAsFound, expectIntact, expectVerdict } from './support/verified-log.ts'

const [OLD_KEY, NEW_KEY] = [1, 2].map(fill => formatSigningKey('example.com/agent', Buffer.alloc(32, fill)))

describe('a signing key', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()
  const newAgent = useAgents()

  it('that is lost: the old log still verifies, the next start begins a new one beside it and says so', async () => {
    const log = newLog()
    const first = await agentIn(log)
    await first.stop()
    rmSync(log.path('keys'), { recursive: true })
    await expectVerdict(log.dir, 'intact')
    const second = await agentIn(log)
    await second.stop()
    const [aside = ''] = readdirSync(log.path('writers'))
    expectEachOnce(log.records(log.path(join('writers', aside))), first.ids('turn'))
    expectEachOnce(log.records(), second.ids('turn'))
    await expectVerdict(log.path(join('writers', aside)), 'intact')
    await expectVerdict(log.dir, 'intact')
    const said = contextsIn(log.dir, 'AuditRecovered').map(({ kind, dir }) => ({ kind, dir }))
    expect(said).to.deep.equal([{ kind: 'log-set-aside', dir: log.path(join('writers', aside)) }])
  })

  it('that is another one than before: the start is refused, and the log stays as it is', async () => {
    const log = newLog()
    const first = await agentIn(log, { signingKeyFile: keyFile(log, OLD_KEY) })
    await first.stop()
    const wrong = newAgent({ dir: log.dir, signingKeyFile: keyFile(log, NEW_KEY) })
    expect(await wrong.tell('open')).to.match(/^KANSA_INVALID_KEY /)
    await expectVerdict(log.dir, 'intact')
    expectEachOnce(log.records(), first.ids('turn'))
  })

  it('that is replaced by a new one, in processes that are killed: one log, intact, with both', async () => {
    const log = newLog()
    const promised: string[] = []
    const runs = [
      { keys: OLD_KEY, isSealed: true },
      { keys: `${OLD_KEY}\n${NEW_KEY}`, isSealed: false },
      // Both have to sign once before the new one is enough.
      { keys: `${OLD_KEY}\n${NEW_KEY}`, isSealed: true },
      { keys: NEW_KEY, isSealed: false },
    ]
    for (const { keys, isSealed } of runs) {
      const agent = await agentIn(log, { signingKeyFile: keyFile(log, keys) })
      if (isSealed) expect(await agent.tell('flush')).to.equal('ok')
      await agent.tell('log 2')
      await agent.kill()
      promised.push(...agent.ids('turn'))
      await expectAsFound(log.dir)
    }
    const last = await agentIn(log, { signingKeyFile: keyFile(log, NEW_KEY) })
    await last.stop()
    expectEachOnce(log.records(), promised)
    expectGapless(log.records())
    const { keys } = await expectVerdict(log.dir, 'intact')
    expect(keys.map(({ checkpoints }) => checkpoints > 0)).to.deep.equal([true, true])
  })

  it('whose signer hangs: every record is durable, and after kill -9 the next start seals them', async () => {
    const log = newLog()
    const signer = testSigner()
    let isHanging = false
    const moody: Signer = {
      verifier: signer.verifier,
      sign: text => (isHanging ? new Promise(() => {}) : signer.sign(text)),
    }
    const journal = log.open({ signers: [moody] })
    appendAll(journal, '0', '1')
    await journal.commit()
    isHanging = true
    appendAll(journal, '2', '3')
    journal.commit().catch(() => {})
    await journal.whenWritten(3)
    const killed = asAfterKill(log, newLog())
    await expectVerdict(killed.dir, 'incomplete', ['unsealed-tail'])
    await expectIntact(killed.dir, ['0', '1', '2', '3'], { sealed: ['0', '1'], options: { signers: [signer] } })
  })

  /** An agent that has logged a little. */
  async function agentIn(log: TestLog, options: Omit<AgentPlan['options'], 'dir'> = {}): Promise<AgentProcess> {
    const agent = newAgent({ dir: log.dir, ...options })
    expect(await agent.tell('open')).to.equal('ok')
    await agent.tell('log 3')
    return agent
  }
})

function keyFile(log: TestLog, text = ''): string {
  const path = join(log.parent, 'signing.key')
  writeFileSync(path, `${text}\n`, { mode: 0o600 })
  return path
}
