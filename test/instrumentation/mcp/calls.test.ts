import { expect } from 'chai'
import { MCP } from '../../../src/instrumentation/mcp/mcp-sdk.ts'
import { startToolCall } from '../../../src/instrumentation/observed-calls.ts'
import { listTools } from '../../../src/instrumentation/tool-registry.ts'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import { auditing } from '../support/audited.ts'
import { useAudited } from '../support/set-up.ts'
import { COPIES, EXPORTED } from './support.ts'
import type { Pair } from './support.ts'

const RUNS = 100

for (const { name, connect } of COPIES) {
  describe(`mcp, ${name}: a call of a tool`, () => {
    const audited = useAudited(() => auditing(MCP, ...EXPORTED))
    let pair: Pair
    before(async () => (pair = await connect()))
    after(() => pair.close())

    it('is recorded once, with its server, though client and server are both here', async () => {
      const { content } = await pair.callTool('add', { a: 1, b: 2 })

      expect(content).to.deep.equal([{ type: 'text', text: '3' }])
      expect(audited.tools()).to.have.length(1)
      expect(audited.tools()[0]).to.include({
        tool_name: 'add',
        parameters: '{"a":1,"b":2}',
        tool_server: 'calculator',
        tool_version: '1.2.3',
        success: true,
      })
      expect(audited.tools()[0]?.output_preview).to.include('3')
    })

    it('that is requested without callTool() is recorded as well', async () => {
      await pair.requestTool('add', { a: 1, b: 2 })
      expect(audited.tools().map(({ tool_name }) => tool_name)).to.deep.equal(['add'])
    })

    it('whose result says that it failed is a failed call', async () => {
      expect((await pair.callTool('fail')).isError).to.equal(true)
      expect(audited.tools()[0]).to.include({ success: false, error: 'no disk', error_type: 'tool_error' })
    })

    it('that the server does not know is a failed call', async () => {
      // Versions differ in how they say so.
      await pair.callTool('missing').catch(() => {})

      expect(audited.tools()[0]).to.include({ tool_name: 'missing', success: false })
      expect(audited.tools()[0]?.error).to.include('missing')
    })

    it('that gets no answer in time has timed out', async () => {
      const error: unknown = await pair.callTool('hang', {}, { timeout: 5 }).catch((reason: unknown) => reason)

      expect(error).to.be.instanceOf(Error)
      expect(audited.tools()[0]).to.include({ success: false, error_type: 'timeout' })
    })

    it('that the caller aborts is cancelled', async () => {
      const controller = new AbortController()
      const called = pair.callTool('hang', {}, { signal: controller.signal }).catch((reason: unknown) => reason)
      await new Promise(resolve => setImmediate(resolve))
      controller.abort()

      expect(await called).to.be.instanceOf(Error)
      expect(audited.tools()[0]).to.include({ success: false, error_type: 'cancelled' })
    })

    it('belongs to the run that makes it, also when many are made at once', async () => {
      await Promise.all(
        Array.from({ length: RUNS }, (_, index) =>
          withAgent({ agentName: 'a', goal: 'g', runId: `run-${index}` }, () =>
            pair.callTool('add', { a: index, b: 0 }),
          ),
        ),
      )

      const attributed = audited.events('ToolCall').map(({ run_id, event_type: of }) => {
        return of.type === 'ToolCall' && of.data.parameters === `{"a":${run_id?.slice('run-'.length)},"b":0}`
      })
      expect(attributed).to.deep.equal(Array.from({ length: RUNS }, () => true))
    })

    it('of a framework around it is one record, which learns the server', async () => {
      const outer = startToolCall({ toolName: 'calculator__add', callId: 'call_1' })
      const value = await outer.enter(() => pair.callTool('add', { a: 1, b: 2 }))
      outer.end({ kind: 'returned', value })

      expect(audited.tools()).to.have.length(1)
      expect(audited.tools()[0]).to.include({
        tool_name: 'calculator__add',
        call_id: 'call_1',
        tool_server: 'calculator',
      })
    })

    it('can be missed: the tools that a server offers are known', async () => {
      await pair.listTools()
      expect(listTools().get('mcp')).to.include.members(['add', 'fail', 'hang', 'deploy'])
    })
  })

  describe(`mcp, ${name}: to the application`, () => {
    it('results and errors are as without an audit', async () => {
      const seen = async (): Promise<unknown[]> => {
        const pair = await connect()
        const results = await Promise.all([
          pair.callTool('add', { a: 1, b: 2 }),
          pair.callTool('add', { a: 'x' }).catch(shown),
          pair.callTool('fail'),
          pair.callTool('missing').catch(shown),
          pair.callTool('hang', {}, { timeout: 5 }).catch(shown),
          pair.callTool('hang', {}, { signal: AbortSignal.abort() }).catch(shown),
          pair.requestTool('add', { a: 1, b: 2 }),
          pair.listTools(),
        ])
        await pair.close()
        return results
      }
      const without = await seen()
      const audited = auditing(MCP, ...EXPORTED)
      const during = await seen()
      await audited.stop()

      expect(during).to.deep.equal(without)
      expect(audited.tools()).to.have.length(7)
    })

    it('a detached instrumentation leaves the very methods that were there', async () => {
      const { client } = COPIES[0] as unknown as { client: { Client: { prototype: object } } }
      const methods = (): unknown[] =>
        ['callTool', 'request', 'setRequestHandler'].map((method): unknown =>
          Reflect.get(client.Client.prototype, method),
        )
      const before = methods()
      const audited = auditing(MCP, ...EXPORTED)
      const during = methods()
      await audited.stop()

      expect(during.filter((method, index) => method === before[index])).to.be.empty
      expect(methods().every((method, index) => method === before[index])).to.equal(true)
    })
  })
}

function shown(error: unknown): unknown {
  const { name, message, code } = error as Error & { code: unknown }
  return { name, message, code }
}
