import { expect } from 'chai'
import { KansaError } from '../../../src/errors.ts'
import { CLAUDE_AGENT_SDK } from '../../../src/instrumentation/claude-agent-sdk/claude-agent-sdk-sdk.ts'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import { auditing } from '../support/audited.ts'
import type { Audited } from '../support/audited.ts'
import { useAudited } from '../support/set-up.ts'
import { messagesOf, optionsOf, SDK, TITLE } from './support.ts'
import type { Hook, Options } from './support.ts'

describe(`${TITLE}: a tool`, () => {
  const audited = useAudited(() => auditing(CLAUDE_AGENT_SDK, SDK))

  const ask = (prompt: string, options: Options = {}) => messagesOf(SDK.query({ prompt, options: optionsOf(options) }))
  const denials = () => audited.security().filter(({ category }) => category === 'PermissionDenied')
  const allow = (_: string, input: object): Promise<object> =>
    Promise.resolve({ behavior: 'allow', updatedInput: input })

  it('is a call with its id, its duration and what allowed it', async () => {
    await ask('tool')

    expect(audited.tools()).to.have.length(1)
    expect(audited.tools()[0]).to.include({
      tool_name: 'Bash',
      call_id: 'toolu_1',
      parameters: '{"command":"ls"}',
      output_preview: '{"stdout":"a"}',
      success: true,
      duration_ms: 5,
      permission_granted: true,
      decision: 'Allow',
      decided_by_type: 'rule',
      policy_name: 'permission mode default',
    })
    expect(denials()).to.be.empty
  })

  it('that fails is a failed call', async () => {
    await ask('tool-fails')

    expect(audited.tools()).to.have.length(1)
    expect(audited.tools()[0]).to.include({ success: false, error: 'no such file', error_type: 'tool_error' })
  })

  it('that is asked for with wrong input is a failed call that nobody decided on', async () => {
    await ask('tool-invalid')

    expect(audited.tools()).to.have.length(1)
    expect(audited.tools()[0]).to.include({ success: false, error: 'InputValidationError' })
    expect(audited.tools()[0]).to.not.have.property('decision')
  })

  it('of an MCP server is a call of that server, and is known to be offered', async () => {
    await ask('mcp')

    expect(audited.tools()[0]).to.include({ tool_name: 'mcp__own__lookup', tool_server: 'own' })
  })

  it('that `canUseTool` allows says so', async () => {
    await ask('tool', { canUseTool: allow })
    await ask('tool', {
      canUseTool: async (name, input) => ({
        ...(await allow(name, input)),
        decisionClassification: 'user_temporary',
      }),
    })

    const [byFunction, byPerson] = audited.tools()
    expect(byFunction).to.include({ decision: 'Allow', decided_by: 'canUseTool', decided_by_type: 'rule' })
    expect(byPerson).to.include({ decision: 'Allow', decided_by: 'canUseTool', decided_by_type: 'user' })
    expect(byFunction).to.have.property('decided_at')
  })

  it('that `canUseTool` gives other input is recorded with that', async () => {
    const changed = { command: 'echo changed' }
    await ask('tool', { canUseTool: () => Promise.resolve({ behavior: 'allow', updatedInput: changed }) })

    expect(audited.tools()[0]).to.include({ parameters: '{"command":"echo changed"}' })
  })

  it('that `canUseTool` is asked about is a request for permission first, once', async () => {
    for (const behavior of ['allow', 'deny']) {
      audited.clear()
      await ask('tool', { canUseTool: () => Promise.resolve({ behavior, message: 'no' }) })

      const kinds = audited.logger.events.map(({ event_type: { type, data } }) =>
        'category' in data ? data.category : type,
      )
      expect(kinds.filter(kind => kind === 'PermissionRequested')).to.have.length(1)
      expect(kinds.indexOf('PermissionRequested')).to.be.lessThan(kinds.indexOf('ToolCall'))
      const request = audited.security().find(({ category }) => category === 'PermissionRequested')
      expect(request?.context).to.include({ call_id: 'toolu_1' })
    }
  })

  const denied = { tool_name: 'Bash', call_id: 'toolu_1', success: false, permission_granted: false, decision: 'Deny' }

  it('that `canUseTool` denies is a denied call and a finding, once', async () => {
    await ask('tool', { canUseTool: () => Promise.resolve({ behavior: 'deny', message: 'not today' }) })

    expect(audited.tools()).to.have.length(1)
    expect(audited.tools()[0]).to.include({ ...denied, decided_by: 'canUseTool', decision_reason: 'not today' })
    expect(denials()).to.have.length(1)
    expect(denials()[0]).to.include({ source: 'Bash', action: 'Blocked', severity: 'Warning' })
    const [run] = audited.events('AgentExecution')
    expect(audited.events('ToolCall')[0]).to.include({ run_id: run?.run_id })
  })

  it("that a hook of the application's denies is one too", async () => {
    const hook: Hook = ({ hook_event_name: hookEventName }) =>
      Promise.resolve({
        hookSpecificOutput: { hookEventName, permissionDecision: 'deny', permissionDecisionReason: 'policy' },
      })
    await ask('tool', { hooks: { PreToolUse: [{ hooks: [hook] }] } })

    expect(audited.tools()).to.have.length(1)
    expect(audited.tools()[0]).to.include({ ...denied, decided_by: 'PreToolUse', decision_reason: 'policy' })
    expect(denials()).to.have.length(1)
  })

  it('that a rule of the settings denies is one too', async () => {
    await ask('rule-denies')

    expect(audited.tools()).to.have.length(1)
    expect(audited.tools()[0]).to.include({
      ...denied,
      decided_by_type: 'rule',
      decision_reason: 'Bash(rm:*) is denied',
    })
    expect(denials()).to.have.length(1)
  })

  it('of whose denial the result alone tells is one too', async () => {
    await ask('rule-denies-quietly')

    expect(audited.tools()).to.have.length(1)
    expect(audited.tools()[0]).to.include({ ...denied, decision_reason: 'Bash(rm:*) is denied' })
    expect(denials()).to.have.length(1)
  })

  it('that must not run without a record is denied', async () => {
    const logger = Object.assign(Object.create(audited.logger) as Audited['logger'], {
      announceAction: (kind: string) => {
        if (kind === 'ToolCall') throw new KansaError('KANSA_NOT_RECORDED', 'the disk is full')
      },
    })
    let asked = 0
    const canUseTool: Options['canUseTool'] = (name, input) => {
      asked++
      return allow(name, input)
    }
    await withAgent({ agentName: 'outer', goal: 'x', logger }, () => ask('tool', { canUseTool }))

    expect(asked).to.equal(0)
    expect(audited.tools()).to.have.length(1)
    expect(audited.tools()[0]).to.include({ success: false, permission_granted: false })
  })
})
