/** A client and a server of both versions that know nothing of Kansa. */
import * as client2 from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import * as server2 from '@modelcontextprotocol/server'

const info = { name: 'calculator', version: '1.2.3' }
const result = { content: [{ type: 'text' as const, text: 'done' }] }

const server = new McpServer(info)
server.tool('old', () => result)
const client = new Client({ name: 'agent', version: '1' })
const [clientSide, serverSide] = InMemoryTransport.createLinkedPair()
await Promise.all([server.connect(serverSide), client.connect(clientSide)])
console.log(await client.callTool({ name: 'old', arguments: {} }))
await client.close()

const newServer = new server2.McpServer(info)
newServer.registerTool('new', {}, () => result)
const newClient = new client2.Client({ name: 'agent', version: '1' })
const [newClientSide, newServerSide] = client2.InMemoryTransport.createLinkedPair()
await Promise.all([newServer.connect(newServerSide), newClient.connect(newClientSide)])
console.log(await newClient.callTool({ name: 'new', arguments: {} }))
await newClient.close()
