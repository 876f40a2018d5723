import type * as clientFile from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import { expect } from 'chai'
import { MCP } from '../../../src/instrumentation/mcp/mcp-sdk.ts'
import { auditing } from '../support/audited.ts'
import { useAudited } from '../support/set-up.ts'
import { since } from '../support/since.ts'
import { COPIES, EXPORTED } from './support.ts'
import type { Copy } from './support.ts'

const test = since('@modelcontextprotocol/sdk', '1.24.0')

for (const copy of COPIES.filter(({ version }) => version === 1)) {
  describe(`mcp, ${copy.name}: a call that the server makes a task of`, () => {
    const audited = useAudited(() => auditing(MCP, ...EXPORTED))

    test('is one call, from its beginning to its result', async () => {
      expect(await partsOf(copy, ['working', 'completed'])).to.deep.equal([
        'taskCreated',
        'taskStatus',
        'taskStatus',
        'result',
      ])
      expect(audited.tools()).to.have.length(1)
      expect(audited.tools()[0]).to.include({ tool_name: 'research', tool_server: 'library', success: true })
      expect(audited.tools()[0]?.output_preview).to.include('a report')
    })

    test('and that fails is a failed call, with the reason that the server gave', async () => {
      await partsOf(copy, ['failed'])
      expect(audited.tools()).to.have.length(1)
      expect(audited.tools()[0]).to.include({ success: false, error: 'it is failed' })
    })

    test('and that is cancelled is a cancelled call', async () => {
      await partsOf(copy, ['working', 'cancelled'])
      expect(audited.tools()).to.have.length(1)
      expect(audited.tools()[0]).to.include({ success: false, error_type: 'cancelled' })
    })

    test('and that nobody waits for has no result', async () => {
      expect(await partsOf(copy, ['working'], { leave: 'taskStatus' })).to.deep.equal(['taskCreated', 'taskStatus'])
      expect(audited.tools()).to.have.length(1)
      expect(audited.tools()[0]).to.include({ success: false, error_type: 'cancelled' })
    })
  })
}

/** @returns the kinds of parts that the caller got, of a server that gives these statuses one after the other */
async function partsOf(copy: Copy, statuses: readonly string[], { leave = '' } = {}): Promise<string[]> {
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair()
  const left = [...statuses]
  const taskOf = (status: string): Record<string, unknown> => {
    const now = new Date().toISOString()
    return {
      taskId: 't',
      status,
      statusMessage: `it is ${status}`,
      ttl: 1000,
      pollInterval: 1,
      createdAt: now,
      lastUpdatedAt: now,
    }
  }
  const answers: Record<string, () => Record<string, unknown>> = {
    initialize: () => ({
      protocolVersion: '2025-11-25',
      capabilities: { tools: {}, tasks: { requests: { tools: { call: {} } } } },
      serverInfo: { name: 'library', version: '1' },
    }),
    'tools/call': () => ({ task: taskOf('working') }),
    'tasks/get': () => taskOf(left.shift() ?? 'working'),
    'tasks/result': () => ({ content: [{ type: 'text', text: 'a report' }] }),
  }
  const onmessage = (message: JSONRPCMessage): void => {
    if (!('id' in message && 'method' in message)) return
    void serverSide.send({ jsonrpc: '2.0', id: message.id, result: answers[message.method]?.() ?? {} })
  }
  Object.assign(serverSide, { onmessage })
  await serverSide.start()
  const client = new (copy.client as typeof clientFile).Client({ name: 'agent', version: '9' })
  await client.connect(clientSide)
  const parts: string[] = []
  const stream = client.experimental.tasks.callToolStream({ name: 'research' }, undefined, { task: { ttl: 1000 } })
  for await (const { type } of stream) {
    parts.push(type)
    if (type === leave) break
  }
  await client.close()
  return parts
}
