// The server of main.ts: adds numbers, and deletes books if a person allows it.
import { McpServer } from '@modelcontextprotocol/server'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { initAuditLogger } from 'kansa'
import { registerAuditInstrumentations } from 'kansa/instrumentation'
import { z } from 'zod'

const audit = initAuditLogger({ dir: './audit-of-server' })
registerAuditInstrumentations({ instrumentations: ['mcp'], modules: { '@modelcontextprotocol/server': McpServer } })

const server = new McpServer({ name: 'ledger', version: '2.1.0' })
const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] })

server.registerTool('add', { inputSchema: z.object({ a: z.number(), b: z.number() }) }, ({ a, b }) => text(`${a + b}`))
server.registerTool('delete', { inputSchema: z.object({ year: z.number() }) }, async ({ year }, { mcpReq }) => {
  const { action } = await mcpReq.elicitInput({
    message: `Delete the books of ${year}?`,
    requestedSchema: { type: 'object', properties: {} },
  })
  return text(action === 'accept' ? 'deleted' : 'kept')
})

process.stdin.once('end', () => void audit.shutdown())
await server.connect(new StdioServerTransport())
