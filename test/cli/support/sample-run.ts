/** The journal of one afternoon: two runs, one inside the other, a failure, a finding and a budget. */
import { ATTACK } from './sample-events.ts'

const START = Date.UTC(2026, 10, 22, 10, 0, 0)
const ROOT = { run_id: '0199c0de-0000-7000-8000-000000000001' }
const NESTED = { run_id: '0199c0de-0000-7000-8000-000000000002', parent_run_id: ROOT.run_id }

export const ROOT_RUN: string = ROOT.run_id

const at = (second: number): string => new Date(START + second * 1000).toISOString()
const run = (second: number, agent: string, status: string, of: object, more: object = {}): string =>
  line(
    second,
    agent,
    'AgentExecution',
    { agent_name: agent, status, goal: 'Fix the build', start_time: at(0), tokens_used: 0, artifacts: [], ...more },
    of,
  )
const call = (second: number, millis: number, of: object, more: object = {}): string =>
  line(
    second,
    'coder',
    'ApiCall',
    {
      provider: 'openai',
      model: 'gpt-5',
      request_time: at(second - millis / 1000),
      latency_ms: millis,
      total_tokens: 1550,
      ...more,
    },
    of,
  )
const tool = (second: number, millis: number, of: object, more: object = {}): string =>
  line(
    second,
    'coder',
    'ToolCall',
    {
      tool_name: 'shell',
      parameters: '{"cmd":"make"}',
      execution_time: at(second - millis / 1000),
      duration_ms: millis,
      success: true,
      output_preview: '',
      permission_granted: true,
      ...more,
    },
    of,
  )

function line(second: number, actor: string, type: string, data: object, of: object): string {
  return JSON.stringify({
    id: `id-${second}`,
    timestamp: at(second),
    actor_id: actor,
    event_type: { type, data },
    session_id: 's1',
    ...of,
  })
}

export const SAMPLE_RUN: readonly string[] = [
  run(0, 'coder', 'Started', ROOT),
  call(3, 2500, ROOT),
  tool(8, 4000, ROOT, { success: false, error: `exit code 2 ${ATTACK}`, error_type: 'tool_error' }),
  line(
    9,
    'coder',
    'TokenUsage',
    {
      entity_id: 'coder',
      entity_type: 'agent',
      tokens_consumed: 1550,
      budget_limit: 5000,
      budget_remaining: 3450,
      utilization: 0.31,
      operation: 'chat',
    },
    ROOT,
  ),
  run(10, 'helper', 'Started', NESTED, { start_time: at(10), goal: 'Read the log' }),
  call(14, 3500, NESTED, { model: 'gpt-5-mini', total_tokens: 450 }),
  run(15, 'helper', 'Completed', NESTED, {
    start_time: at(10),
    duration_secs: 5,
    tokens_used: 450,
    goal: 'Read the log',
  }),
  tool(16, 20, ROOT, {
    tool_name: 'write_file',
    parameters: '{"path":"/etc/hosts"}',
    success: false,
    permission_granted: false,
    decision_reason: 'outside the project',
  }),
  line(
    17,
    'write_file',
    'Security',
    {
      severity: 'Warning',
      category: 'PermissionDenied',
      message: 'File write blocked',
      source: 'write_file',
      action: 'Blocked',
      context: { path: '/etc/hosts' },
    },
    ROOT,
  ),
  run(20, 'coder', 'Failed', ROOT, { duration_secs: 20, tokens_used: 2000, error: 'the build is still broken' }),
]
