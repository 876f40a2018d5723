/** A client and a server in CommonJS that know nothing of Kansa. */
const { Client } = require('@modelcontextprotocol/sdk/client/index.js')
const { InMemoryTransport } = require('@modelcontextprotocol/sdk/inMemory.js')
const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js')

async function main() {
  const server = new McpServer({ name: 'calculator', version: '1.2.3' })
  server.tool('old', () => ({ content: [{ type: 'text', text: 'done' }] }))
  const client = new Client({ name: 'agent', version: '1' })
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(serverSide), client.connect(clientSide)])
  console.log(await client.callTool({ name: 'old', arguments: {} }))
  await client.close()
}

void main()
