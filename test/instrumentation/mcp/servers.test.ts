import { expect } from 'chai'
import { MCP } from '../../../src/instrumentation/mcp/mcp-sdk.ts'
import { skipBecause } from '../../support/skip-because.ts'
import { auditing } from '../support/audited.ts'
import type { Audited } from '../support/audited.ts'
import { useAudited } from '../support/set-up.ts'
import { COPIES, EXPORTED } from './support.ts'
import type { ElicitationAnswer } from './support.ts'

for (const { name, server, asksPeople, connect } of COPIES) {
  describe(`mcp, ${name}: a server whose client is not audited`, () => {
    const audited = useAudited(() => auditing(MCP, server))

    it("records each call that it handles, as the client's", async () => {
      const pair = await connect()
      await pair.callTool('add', { a: 1, b: 2 })
      await pair.callTool('fail')
      await pair.close()

      const [added, failed] = audited.events('ToolCall')
      expect(added?.event_type.data).to.include({
        tool_name: 'add',
        tool_server: 'calculator',
        tool_version: '1.2.3',
        success: true,
      })
      expect(added).to.deep.include({ actor_id: 'agent', labels: { mcp_side: 'server' } })
      expect(failed?.event_type.data).to.include({ tool_name: 'fail', success: false, error: 'no disk' })
    })

    it('records that the client cancelled', async () => {
      const pair = await connect()
      const controller = new AbortController()
      const called = pair.callTool('hang', {}, { signal: controller.signal }).catch((error: unknown) => error)
      await new Promise(resolve => setImmediate(resolve))
      controller.abort()
      await called
      while (audited.tools().length === 0) await new Promise(resolve => setImmediate(resolve))

      expect(audited.tools()[0]).to.include({ tool_name: 'hang', success: false, error_type: 'cancelled' })
      await pair.close()
    })

    it('records what a person answered', async function () {
      if (!asksPeople) skipBecause(this, 'this version asks no people')
      const pair = await connect(() => ({ action: 'decline' }))
      await pair.callTool('deploy')
      await pair.close()
      expect(audited.tools()[0]).to.include({ tool_name: 'deploy', decision: 'Deny', decided_by_type: 'user' })
      expect(denials(audited)).to.have.length(1)
    })
  })

  describe(`mcp, ${name}: the class McpServer`, () => {
    it('is enough to attach to', async () => {
      const { McpServer } = server as { McpServer?: object }
      const audited = auditing(MCP, McpServer)
      const pair = await connect()
      await pair.callTool('add', { a: 1, b: 2 })
      await pair.close()
      await audited.stop()
      expect(audited.tools().map(({ tool_name }) => tool_name)).to.deep.equal(['add'])
    })
  })

  describe(`mcp, ${name}: a question that a person answers with`, () => {
    const audited = useAudited(() => auditing(MCP, ...EXPORTED))
    before(function () {
      if (!asksPeople) skipBecause(this, 'this version asks no people')
    })

    const deploy = async (answer: ElicitationAnswer): Promise<string | undefined> => {
      const pair = await connect(() => answer)
      const { content } = await pair.callTool('deploy')
      await pair.close()
      return content[0]?.text
    }

    it('yes is a permission for the call', async () => {
      expect(await deploy({ action: 'accept', content: {} })).to.equal('accept')
      expect(audited.tools()[0]).to.include({
        tool_name: 'deploy',
        decision: 'Allow',
        decided_by_type: 'user',
        decision_reason: 'Deploy to production?',
        permission_granted: true,
      })
      expect(denials(audited)).to.be.empty
    })

    for (const action of ['decline', 'cancel'] as const) {
      it(`${action} is a denial, and a finding`, async () => {
        expect(await deploy({ action })).to.equal(action)
        expect(audited.tools()).to.have.length(1)
        expect(audited.tools()[0]).to.include({ decision: 'Deny', permission_granted: false })
        expect(denials(audited)).to.have.length(1)
        expect(denials(audited)[0]).to.deep.include({
          action: 'Blocked',
          context: { tool_name: 'deploy', tool_server: 'calculator', decided_by_type: 'user' },
        })
      })
    }
  })
}

function denials(audited: Audited): ReturnType<Audited['security']> {
  return audited.security().filter(({ category }) => category === 'PermissionDenied')
}
