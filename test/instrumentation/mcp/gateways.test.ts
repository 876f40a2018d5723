import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import * as clientPackage from '@modelcontextprotocol/client'
import * as serverPackage from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { expect } from 'chai'
import { MCP } from '../../../src/instrumentation/mcp/mcp-sdk.ts'
import { skipBecause } from '../../support/skip-because.ts'
import { auditing } from '../support/audited.ts'
import { useAudited } from '../support/set-up.ts'
import { COPIES, EXPORTED } from './support.ts'

describe('mcp: a server that passes a call on to another one', () => {
  const audited = useAudited(() => auditing(MCP, ...EXPORTED))

  it('has a record of the call that it handles, and one of the call that it makes', async () => {
    const other = await COPIES[0]?.connect()
    const gateway = new McpServer({ name: 'gateway', version: '1' })
    gateway.tool('add', async () => (await other?.callTool('add', { a: 1, b: 2 })) as never)
    await callFromElsewhere(gateway, 'add')
    await Promise.all([other?.close(), gateway.close()])

    const calls = audited
      .events('ToolCall')
      .map(({ event_type: of, labels }) => [of.type === 'ToolCall' && of.data.tool_server, labels?.['mcp_side']])
    expect(calls).to.deep.equal([
      ['calculator', undefined],
      ['gateway', 'server'],
    ])
  })
})

describe('mcp: a client that introduces itself with each request', () => {
  const audited = useAudited(() => auditing(MCP, serverPackage))

  it('is the actor of the calls that a server handles', async function () {
    if (COPIES.every(({ version }) => version === 1)) skipBecause(this, 'this version of zod is too old')
    const [clientSide, serverSide] = clientPackage.InMemoryTransport.createLinkedPair()
    const handle = serveStdio(
      () => {
        const server = new serverPackage.McpServer({ name: 'calculator', version: '1' })
        server.registerTool('one', {}, () => ({ content: [{ type: 'text', text: '1' }] }))
        return server
      },
      { transport: serverSide },
    )
    const client = new clientPackage.Client({ name: 'agent', version: '9' }, { versionNegotiation: { mode: 'auto' } })
    await client.connect(clientSide)
    expect(client.getProtocolEra()).to.equal('modern')
    await client.callTool({ name: 'one', arguments: {} })
    await client.close()
    await handle.close()

    expect(audited.events('ToolCall')[0]).to.deep.include({ actor_id: 'agent', labels: { mcp_side: 'server' } })
  })
})

/** By a client of which this process knows nothing but its messages. */
async function callFromElsewhere(server: McpServer, name: string): Promise<unknown> {
  const [here, there] = InMemoryTransport.createLinkedPair()
  await server.connect(there)
  const clientInfo = { name: 'elsewhere', version: '1' }
  const ask = async (id: number, method: string, params: Record<string, unknown>): Promise<unknown> => {
    const answered = new Promise(resolve => Object.assign(here, { onmessage: resolve }))
    await here.send({ jsonrpc: '2.0', id, method, params })
    return answered
  }
  await here.start()
  await ask(1, 'initialize', { protocolVersion: '2025-03-26', capabilities: {}, clientInfo })
  await here.send({ jsonrpc: '2.0', method: 'notifications/initialized' })
  return ask(2, 'tools/call', { name, arguments: {} })
}
