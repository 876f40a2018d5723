/** `@modelcontextprotocol/sdk`: a tool call from a client to a server in the same process; both ends are audited. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { Calls } from '../driver.ts'

export async function open(): Promise<Calls> {
  const server = new McpServer({ name: 'bench', version: '1.0.0' })
  server.registerTool('weather', { description: 'weather' }, () => ({ content: [{ type: 'text', text: 'sunny' }] }))
  const client = new Client({ name: 'bench', version: '1.0.0' })
  const [near, far] = InMemoryTransport.createLinkedPair()
  await server.connect(far)
  await client.connect(near)
  return {
    toolTurn: async toolCalls => {
      for (let index = 0; index < toolCalls; index++) await client.callTool({ name: 'weather', arguments: {} })
    },
  }
}
