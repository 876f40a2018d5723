/** A journal with every kind of event, with attacks and wide characters in them, for tests of what people see. */

const event = (second: number, actor: string, type: string, data: object, more: object = {}): string =>
  JSON.stringify({
    id: `id-${second}`,
    timestamp: `2026-11-22T23:59:5${second}.123Z`,
    actor_id: actor,
    event_type: { type, data },
    ...more,
  })

/** What an attacker would put into a tool's output. */
export const ATTACK = '\u001b[2J\u001b]52;c;cm0gLXJm\u0007\u009b1m\u202Eevil\u200B'

export const SAMPLE_LINES: readonly string[] = [
  event(0, 'code-reviewer', 'AgentExecution', {
    agent_name: 'code-reviewer',
    status: 'Started',
    goal: 'Review PR #123',
  }),
  event(1, 'openai/gpt-5', 'ApiCall', {
    provider: 'openai',
    model: 'gpt-5',
    total_tokens: 1550,
    latency_ms: 2340,
    prompt_preview: 'You are a code reviewer',
    response_preview: 'I will look at 差分 first',
  }),
  event(2, 'code-reviewer', 'ToolCall', {
    tool_name: 'shell',
    parameters: '{"cmd":"git diff"}',
    duration_ms: 150,
    success: true,
    output_preview: `diff ${ATTACK}`,
    permission_granted: true,
  }),
  event(3, 'code-reviewer', 'ToolCall', {
    tool_name: 'write_file',
    parameters: '{"path":"/etc/passwd"}',
    success: false,
    permission_granted: false,
    decision_reason: 'outside the project',
  }),
  event(4, 'file-tool', 'Security', {
    severity: 'Critical',
    category: 'PermissionDenied',
    message: 'File write blocked',
    source: 'file-tool',
    action: 'Blocked',
    context: { path: '/etc/passwd' },
  }),
  event(5, 'a-very-long-actor-name-that-does-not-fit', 'TokenUsage', {
    entity_id: 'code-reviewer',
    entity_type: 'agent',
    tokens_consumed: 4500,
    budget_limit: 5000,
    utilization: 0.9,
    operation: 'LLM API call',
  }),
  event(6, 'code-reviewer', 'AgentExecution', {
    agent_name: 'code-reviewer',
    status: 'Failed',
    duration_secs: 12.5,
    tokens_used: 4500,
    error: 'the model gave up',
  }),
  '{"id":"x","timestamp":"2026-11-23T00:00:01Z","event_type":{"type":"ToolCall"}}',
]
