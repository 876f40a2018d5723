import { expect } from 'chai'
import { withAgent, withAuditContext, wrapModelCall, wrapTool } from '../../../src/index.ts'
import type { AuditEventOf, AuditLogger } from '../../../src/index.ts'
import { useAuditFolders } from '../logger/support/audit-folders.ts'
import type { AuditFolder } from '../logger/support/audit-folders.ts'

/** The names of what is in the file at this moment: `intended ls`, `ls`. */
function stored(folder: AuditFolder): string[] {
  return folder.logged().map(({ event_type: { type, data } }) => {
    if (type === 'Security') return `intended ${data.context['name']}`
    if (type === 'ToolCall') return data.tool_name
    return type === 'ApiCall' ? data.model : type === 'AgentExecution' ? data.status : type
  })
}

function intentions(folder: AuditFolder): AuditEventOf<'Security'>[] {
  return folder.of('Security').filter(({ event_type: { data } }) => data.category === 'ActionIntended')
}

describe('with onFailure `block`, an action that can be recorded', () => {
  const newFolder = useAuditFolders()
  let folder: AuditFolder
  let logger: AuditLogger
  beforeEach(() => {
    folder = newFolder()
    logger = folder.open({ onFailure: 'block' })
  })

  it('is announced: its intention is in the file before a synchronous function is called', () => {
    const list = wrapTool(() => stored(folder), { toolName: 'ls', logger })
    expect(list()).to.deep.equal(['intended ls'])
  })

  it('is announced before an asynchronous function is called, and one that returns a promise', async () => {
    const list = wrapTool(async () => stored(folder), { toolName: 'ls', logger })
    const plain = wrapTool(() => Promise.resolve(stored(folder)), { toolName: 'plain', logger })
    const first = list()
    expect(first).to.be.instanceOf(Promise)
    expect(await first).to.deep.equal(['intended ls'])
    expect(await plain()).to.deep.equal(['intended ls', 'ls', 'intended plain'])
  })

  it('is announced before an iterator is made, sync or async', async () => {
    const seen: string[][] = []
    const lines = wrapTool(
      function* () {
        seen.push(stored(folder))
        yield 1
      },
      { toolName: 'lines', logger },
    )
    const chunks = wrapModelCall(
      async function* () {
        seen.push(stored(folder))
        yield { text: 'hi' }
      },
      { provider: 'p', model: 'm', logger },
    )
    expect([...lines()]).to.deep.equal([1])
    for await (const chunk of chunks()) expect(chunk).to.deep.equal({ text: 'hi' })
    expect(seen).to.deep.equal([['intended lines'], ['intended lines', 'lines', 'intended p/m']])
    await logger.flush()
    expect(stored(folder)).to.deep.equal(['intended lines', 'lines', 'intended p/m', 'm'])
  })

  it('is announced with kind, name and call id, by whoever acts, in its surroundings', async () => {
    const read = wrapTool((path: string) => path, { toolName: 'read', logger })
    withAuditContext({ userId: 'alice', labels: { team: 'docs' } }, () => read('a.txt'))
    await logger.flush()
    const [intention] = intentions(folder)
    const [call] = folder.of('ToolCall')
    expect(intention).to.include({ actor_id: 'read', user_id: 'alice' })
    expect(intention?.event_type.data).to.deep.equal({
      severity: 'Info',
      category: 'ActionIntended',
      message: 'The tool read is about to be run.',
      source: 'read',
      action: 'Logged',
      context: { kind: 'ToolCall', name: 'read', call_id: call?.event_type.data.call_id },
    })
    expect(call).to.include({ actor_id: 'read', user_id: 'alice' })
    expect(call?.event_type.data).to.include({ success: true, permission_granted: true })
  })

  it('keeps the call id that it is given', async () => {
    wrapTool((id: string) => id, { toolName: 't', callId: id => id, logger })('exec-1')
    wrapModelCall((id: string) => id, { provider: 'p', model: 'm', callId: id => id, logger })('request-1')
    await logger.flush()
    const ids = intentions(folder).map(({ event_type: { data } }) => data.context['call_id'])
    expect(ids).to.deep.equal(['exec-1', 'request-1'])
    expect(folder.of('ToolCall')[0]?.event_type.data.call_id).to.equal('exec-1')
    expect(folder.of('ApiCall')[0]?.event_type.data.call_id).to.equal('request-1')
  })

  it('may be a method of a client: `this` is kept, and the model call gets a call id', async () => {
    class Client {
      #key = 'k'
      create(body: { model: string }): { id: string; text: string } {
        return { id: this.#key, text: body.model }
      }
    }
    const client = new Client()
    // oxlint-disable-next-line typescript/unbound-method -- the wrapper binds nothing either
    client.create = wrapModelCall(client.create, { provider: 'acme', model: body => body.model, logger })
    expect(client.create({ model: 'large' })).to.deep.equal({ id: 'k', text: 'large' })
    await logger.flush()
    const [intention] = intentions(folder)
    expect(intention?.event_type.data.context).to.deep.equal({
      kind: 'ApiCall',
      name: 'acme/large',
      call_id: folder.of('ApiCall')[0]?.event_type.data.call_id,
    })
    expect(intention?.actor_id).to.equal('acme/large')
  })

  it('may be an agent: its call id is the run id of its start and its end, and what it does is part of the run', async () => {
    const tool = wrapTool(() => 1, { toolName: 'tool' })
    const runIds = await withAgent({ agentName: 'outer', goal: 'g', logger }, async outer => {
      expect(stored(folder)).to.deep.equal(['intended outer'])
      const inner = withAgent({ agentName: 'inner', goal: 'g' }, run => {
        tool()
        return run.runId
      })
      return [outer.runId, inner]
    })
    await logger.flush()
    expect(stored(folder)).to.deep.equal([
      'intended outer',
      'Started',
      'intended inner',
      'Started',
      'intended tool',
      'tool',
      'Completed',
      'Completed',
    ])
    const [outerId, innerId] = runIds
    const [outer, inner, call] = intentions(folder)
    expect(outer?.event_type.data.context).to.deep.equal({ kind: 'AgentExecution', name: 'outer', call_id: outerId })
    expect(outer).to.include({ actor_id: 'outer', run_id: outerId }).and.not.have.property('parent_run_id')
    expect(inner?.event_type.data.context).to.include({ name: 'inner', call_id: innerId })
    expect(inner).to.include({ actor_id: 'inner', run_id: innerId, parent_run_id: outerId })
    expect(call).to.include({ actor_id: 'inner', run_id: innerId, parent_run_id: outerId })
    const runs = folder.of('AgentExecution').map(({ run_id: id }) => id)
    expect(runs).to.deep.equal([outerId, innerId, innerId, outerId])
  })

  it('is announced once by each of two wrappers', async () => {
    const inner = wrapTool(async () => 1, { toolName: 'inner', logger })
    expect(await wrapTool(inner, { toolName: 'outer', logger })()).to.equal(1)
    await logger.flush()
    expect(stored(folder).slice(0, 2)).to.deep.equal(['intended outer', 'intended inner'])
    const ids = intentions(folder).map(({ event_type: { data } }) => data.context['call_id'])
    expect(new Set(ids).size).to.equal(2)
  })
})

describe('by default, an action', () => {
  const newFolder = useAuditFolders()

  it('is not announced', async () => {
    const folder = newFolder()
    const logger = folder.open()
    wrapTool(() => 1, { toolName: 'tool', logger })()
    wrapModelCall(() => 1, { provider: 'p', model: 'm', logger })()
    withAgent({ agentName: 'a', goal: 'g', logger }, () => 1)
    await logger.flush()
    expect(stored(folder)).to.deep.equal(['tool', 'm', 'Started', 'Completed'])
    expect(folder.of('ApiCall')[0]?.event_type.data).to.not.have.property('call_id')
  })
})
