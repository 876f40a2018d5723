// A client calls tools of an MCP server, a process of its own. Each of the two has an audit log: what the agent did, and what
// the server was asked to do.
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { initAuditLogger, withAgent } from 'kansa'
import { registerAuditInstrumentations } from 'kansa/instrumentation'
import { fileURLToPath } from 'node:url'

const audit = initAuditLogger({ dir: './audit' })
// The one line. `node --import kansa/register main.ts` does without it, and reaches the server as well.
registerAuditInstrumentations({ instrumentations: ['mcp'], modules: { '@modelcontextprotocol/client': Client } })

const client = new Client({ name: 'bookkeeper', version: '1.0.0' }, { capabilities: { elicitation: { form: {} } } })
// A person would be asked here.
client.setRequestHandler('elicitation/create', ({ params }) => {
  console.log(`${params.message} no`)
  return { action: 'decline' }
})
const server = fileURLToPath(new URL('server.ts', import.meta.url))
await client.connect(new StdioClientTransport({ command: process.execPath, args: [server] }))

await withAgent({ agentName: 'bookkeeper', goal: 'Close the month' }, async () => {
  const { tools } = await client.listTools()
  console.log(`tools: ${tools.map(({ name }) => name).join(', ')}`)
  for (const [name, args] of [
    ['add', { a: 1, b: 2 }],
    ['delete', { year: 2019 }],
  ] as const) {
    const { content } = await client.callTool({ name, arguments: args })
    for (const part of content) if (part.type === 'text') console.log(`${name}: ${part.text}`)
  }
})

await client.close()
await audit.shutdown()
