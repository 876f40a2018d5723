import { expect } from 'chai'
import type { ModelMessage } from 'ai'
import { skipBecause } from '../../support/skip-because.ts'
import { askingTools, auditedSetting, IS_VERSION_7, telemetry, THREE_STEPS, TOOLS } from './support.ts'

describe('ai: permission for tools', () => {
  const set = auditedSetting()

  describe('a tool that needs permission', () => {
    const answered = async (approved: boolean, settings: object | undefined): Promise<string> => {
      const messages: ModelMessage[] = [{ role: 'user', content: 'hi' }]
      const asked = { model: set.model('m'), messages, tools: askingTools(), ...THREE_STEPS, ...telemetry(settings) }
      const first = await set.audited.ai.generateText(asked)
      const request = first.content.find(({ type }) => type === 'tool-approval-request') as
        | { approvalId: string }
        | undefined
      const { approvalId = '' } = request ?? {}
      messages.push(...first.response.messages)
      messages.push({ role: 'tool', content: [{ type: 'tool-approval-response', approvalId, approved, reason: 'so' }] })
      return (await set.audited.ai.generateText(asked)).text
    }

    for (const settings of [undefined, { isEnabled: false }]) {
      const how = settings === undefined ? '' : ', with telemetry switched off'

      it(`is asked about, and allowed by a person${how}`, async () => {
        expect(await answered(true, settings)).to.equal('hello')
        const asked = set.audited.security().filter(({ category }) => category === 'PermissionRequested')
        expect(asked).to.have.length(1)
        expect(asked[0]).to.deep.include({ action: 'Escalated', context: { tool_name: 'weather', call_id: 'call_1' } })
        expect(set.audited.tools()).to.have.length(1)
        expect(set.audited.tools()[0]).to.include({
          decision: 'Allow',
          decided_by_type: 'user',
          decision_reason: 'so',
          success: true,
        })
      })

      it(`is not called when a person denies it${how}`, async () => {
        expect(await answered(false, settings)).to.equal('hello')
        expect(set.audited.tools()).to.have.length(1)
        expect(set.audited.tools()[0]).to.include({
          tool_name: 'weather',
          call_id: 'call_1',
          parameters: '{"city":"Paris"}',
          decision: 'Deny',
          decided_by_type: 'user',
          permission_granted: false,
          success: false,
        })
        const denied = set.audited.security().filter(({ category }) => category === 'PermissionDenied')
        expect(denied).to.have.length(1)
        expect(denied[0]).to.include({ action: 'Blocked' })
      })
    }

    it('is not called when a person denies it in a user interface, which sends a result along', async () => {
      const ids = { approvalId: 'a1', toolCallId: 'call_9' }
      const call = { toolCallId: 'call_9', toolName: 'weather' }
      const output = { type: 'execution-denied', reason: 'so' } as const
      const messages: ModelMessage[] = [
        { role: 'user', content: 'hi' },
        {
          role: 'assistant',
          content: [
            { type: 'tool-call', input: { city: 'Rome' }, ...call },
            { type: 'tool-approval-request', ...ids },
          ],
        },
        {
          role: 'tool',
          content: [
            { type: 'tool-approval-response', approvalId: 'a1', approved: false, reason: 'so' },
            { type: 'tool-result', output, ...call },
          ],
        },
      ]
      await set.audited.ai.generateText({ model: set.model('m'), messages, tools: askingTools(), ...THREE_STEPS })

      expect(set.audited.tools()).to.have.length(1)
      expect(set.audited.tools()[0]).to.include({ call_id: 'call_9', decision: 'Deny', decided_by_type: 'user' })
    })

    it('is not called when a rule denies it', async function () {
      if (!IS_VERSION_7) skipBecause(this, 'ai 6 has no rules that deny')
      const toolApproval = { weather: { type: 'denied', reason: 'no network' } } as const
      await set.audited.ai.generateText({
        model: set.model('m'),
        prompt: 'x',
        tools: TOOLS,
        toolApproval,
        ...THREE_STEPS,
      })
      expect(set.audited.tools()[0]).to.include({
        decision: 'Deny',
        decided_by_type: 'rule',
        decision_reason: 'no network',
      })
    })
  })
})
