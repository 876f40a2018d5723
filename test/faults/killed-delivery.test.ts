/** `kill -9` of an agent in the middle of its deliveries: the next one, or `kansa forward`, brings the rest. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { useAuditFolders } from '../pipeline/logger/support/audit-folders.ts'
import { deadLettersIn, useDeliveries } from '../forward/support/deliveries.ts'
import { answer, type Reply, RESET, TAKE } from '../forward/support/endpoint.ts'

const AGENT = fileURLToPath(new URL('../forward/programs/delivering-agent.ts', import.meta.url))
const KILLS = 3

/** Runs an agent until it has said something `lines` times, and kills it; what it said last is promised. */
async function killAfter(lines: number, dir: string, url: string): Promise<number> {
  const agent = spawn(process.execPath, [AGENT, dir, url], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(agent, 'exit')
  let said = ''
  for await (const chunk of agent.stdout) {
    said += String(chunk)
    if (said.split('\n').length > lines) break
  }
  agent.kill('SIGKILL')
  await exited
  return Number(said.trim().split('\n').at(-1))
}

describe('an agent that is killed while it delivers', () => {
  const newFolder = useAuditFolders()
  const { endpoint: newEndpoint, deliver } = useDeliveries()

  it('loses nothing that was promised, and what is repeated has the same ids', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    let request = 0
    const moods: readonly Reply[] = [TAKE, TAKE, RESET, TAKE, answer(503)]
    endpoint.reply = (...args) => (moods[request++ % moods.length] ?? TAKE)(...args)
    let promised = -1
    for (let kill = 0; kill < KILLS; kill++) promised = await killAfter(4 + 3 * kill, folder.dir, endpoint.url)
    endpoint.reply = TAKE
    // The next start seals what the last one left.
    await folder.open().shutdown()
    await deliver(folder.dir, { url: endpoint.url }).drained()
    const ids = folder.events().map(({ id }) => id)
    expect(ids.length).to.be.above(promised)
    expect([...new Set(endpoint.ids)]).to.deep.equal(ids)
    expect(deadLettersIn(folder.dir)).to.deep.equal([])
  })
})
