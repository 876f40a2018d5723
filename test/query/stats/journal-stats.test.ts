import { expect } from 'chai'
import { useFolders } from '../../journal/reader/support/test-lines.ts'
import { eventText, runText, statsOf, writeLines } from './support.ts'

const call = (second: number, data: object): string =>
  eventText(second, 'ApiCall', { provider: 'openai', model: 'gpt-5', total_tokens: 100, ...data })
const tool = (second: number, data: object): string =>
  eventText(second, 'ToolCall', {
    tool_name: 'shell',
    success: true,
    permission_granted: true,
    duration_ms: 10,
    ...data,
  })
const finding = (second: number, data: object): string =>
  eventText(second, 'Security', {
    severity: 'Warning',
    category: 'PermissionDenied',
    action: 'Blocked',
    context: {},
    ...data,
  })
const usage = (second: number, data: object): string =>
  eventText(second, 'TokenUsage', {
    entity_type: 'agent',
    entity_id: 'a',
    tokens_consumed: 50,
    utilization: 0,
    ...data,
  })

describe('the statistics of a journal', () => {
  const newFolder = useFolders()
  const statsFor = async (lines: readonly string[], more: Readonly<Record<string, readonly string[]>> = {}) => {
    const dir = newFolder()
    writeLines(dir, { 'audit.jsonl': lines, ...more })
    return await statsOf(dir)
  }

  it('count events by kind, day and hour, over all logs', async () => {
    const { events } = await statsFor([tool(0, {}), tool(3600, {}), call(86_400, {})], {
      'audit.jsonl.1': [tool(-1, {})],
      'writers/b/audit.jsonl': [finding(1, {})],
    })
    expect(events.total).to.equal(5)
    expect(events.byKind).to.deep.equal({ AgentExecution: 0, ApiCall: 1, ToolCall: 3, TokenUsage: 0, Security: 1 })
    expect(events.byDay.map(({ period, total }) => [period, total])).to.deep.equal([
      ['2026-11-22', 4],
      ['2026-11-23', 1],
    ])
    expect(events.byHour.map(({ period, total }) => [period, total])).to.deep.equal([
      ['2026-11-22T09', 1],
      ['2026-11-22T10', 2],
      ['2026-11-22T11', 1],
      ['2026-11-23T10', 1],
    ])
  })

  it('tell how the runs of each agent ended, how long they took and what they cost', async () => {
    const { agents } = await statsFor([
      runText(0, 'r1', 'Started'),
      runText(1, 'r1', 'Running', { tokens_used: 5 }),
      runText(2, 'r1', 'Completed', { duration_secs: 2, tokens_used: 40 }),
      runText(3, 'r2', 'Started'),
      runText(4, 'r2', 'Failed', { duration_secs: 4, tokens_used: 2 }),
      runText(5, 'r3', 'Started'),
      runText(6, 'r4', 'Completed', { agent_name: 'writer', duration_secs: 1 }),
    ])
    expect(agents.summaries).to.deep.equal([
      {
        agent: 'coder',
        runs: 3,
        completed: 1,
        failed: 1,
        cancelled: 0,
        unfinished: 1,
        success_rate: 0.5,
        p50_duration_ms: 2000,
        p95_duration_ms: 4000,
        tokens: 42,
      },
      {
        agent: 'writer',
        runs: 1,
        completed: 1,
        failed: 0,
        cancelled: 0,
        unfinished: 0,
        success_rate: 1,
        p50_duration_ms: 1000,
        p95_duration_ms: 1000,
        tokens: 0,
      },
    ])
    expect(agents.slowestRuns.map(run => [run.run_id, run.duration_ms])).to.deep.equal([
      ['r2', 4000],
      ['r1', 2000],
      ['r4', 1000],
    ])
    expect(agents.costliestRuns.map(run => [run.run_id, run.tokens])).to.deep.equal([
      ['r1', 40],
      ['r2', 2],
    ])
  })

  it('name the five slowest of many runs, in order', async () => {
    const ends = Array.from({ length: 40 }, (_, n) => runText(n, `r${n}`, 'Completed', { duration_secs: (n * 7) % 40 }))
    const { agents } = await statsFor(ends)
    expect(agents.slowestRuns.map(run => run.duration_ms)).to.deep.equal([39_000, 38_000, 37_000, 36_000, 35_000])
  })

  it('tell calls that failed from calls that were not allowed', async () => {
    const durations = Array.from({ length: 100 }, (_, n) => tool(n, { duration_ms: n + 1 }))
    const { tools } = await statsFor([
      ...durations,
      tool(101, { success: false, duration_ms: 1 }),
      tool(102, { success: false, permission_granted: false, duration_ms: 0 }),
      tool(103, { tool_name: 'read_file' }),
    ])
    expect(tools.summaries).to.deep.equal([
      { tool: 'shell', calls: 102, failures: 1, denials: 1, p50_duration_ms: 50, p95_duration_ms: 95 },
      { tool: 'read_file', calls: 1, failures: 0, denials: 0, p50_duration_ms: 10, p95_duration_ms: 10 },
    ])
  })

  it('give each model its share of the tokens', async () => {
    const { models } = await statsFor([
      call(0, { latency_ms: 10, total_tokens: 300 }),
      call(1, { latency_ms: 30, status_code: 500, error: 'no', total_tokens: 0 }),
      call(2, { model: 'gpt-5-mini', total_tokens: 100 }),
    ])
    expect(models.summaries).to.deep.equal([
      {
        model: 'openai/gpt-5',
        calls: 2,
        errors: 1,
        tokens: 300,
        token_share: 0.75,
        p50_latency_ms: 10,
        p95_latency_ms: 30,
      },
      {
        model: 'openai/gpt-5-mini',
        calls: 1,
        errors: 0,
        tokens: 100,
        token_share: 0.25,
        p50_latency_ms: undefined,
        p95_latency_ms: undefined,
      },
    ])
  })

  it('add up what was consumed of each budget, and know what was last said of it in whatever log', async () => {
    const { budgets } = await statsFor(
      [usage(1, { budget_limit: 200, budget_remaining: 150, utilization: 0.25 }), usage(5, { entity_id: 'free' })],
      { 'writers/b/audit.jsonl': [usage(0, { budget_limit: 200, budget_remaining: 199, utilization: 0.005 })] },
    )
    const said = budgets.summaries.map(summary => ({ ...summary, timestamp: undefined }))
    expect(said).to.deep.equal([
      {
        entity_type: 'agent',
        entity_id: 'a',
        limit: 200,
        remaining: 150,
        utilization: 0.25,
        consumed: 100,
        timestamp: undefined,
      },
      {
        entity_type: 'agent',
        entity_id: 'free',
        limit: undefined,
        remaining: undefined,
        utilization: 0,
        consumed: 50,
        timestamp: undefined,
      },
    ])
  })

  it('put the worst findings first, and the life of the log aside', async () => {
    const { security } = await statsFor([
      finding(0, {}),
      finding(1, { action: 'Logged' }),
      finding(2, { severity: 'Critical', category: 'SandboxViolation' }),
      finding(3, { severity: 'Info', category: 'AuditStarted', action: 'Logged' }),
      finding(4, { severity: 'Critical', category: 'AuditFailure', action: 'Logged' }),
      finding(5, { severity: 'Warning', category: 'SdkNotAttached', action: 'Logged' }),
    ])
    expect(security.findings).to.deep.equal([
      { severity: 'Critical', category: 'SandboxViolation', count: 1, blocked: 1 },
      { severity: 'Warning', category: 'PermissionDenied', count: 2, blocked: 1 },
    ])
    expect(security.logLife).to.deep.equal({ AuditStarted: 1, AuditFailure: 1, SdkNotAttached: 1 })
  })

  it('read lines of older programs, in which most is missing', async () => {
    const { events, agents, models } = await statsFor([
      '{"id":"abc123","timestamp":"2025-10-10T22:15:30Z","actor_id":"agent-1","event_type":{"type":"AgentExecution","data":{"agent_name":"code-reviewer","status":"Started","goal":"Review TypeScript files","start_time":"2025-10-10T22:15:30Z","tokens_used":0,"artifacts":[]}}}',
      '{"id":"def456","timestamp":"2025-10-10T22:15:45Z","actor_id":"openai/gpt-4","event_type":{"type":"ApiCall","data":{"provider":"openai","model":"gpt-4","prompt_tokens":1200,"completion_tokens":350,"total_tokens":1550,"latency_ms":2340,"prompt_preview":"You are a code reviewer..."}}}',
      '{"event_type":{"type":"AgentExecution"}}',
    ])
    expect(events.total).to.equal(3)
    expect(agents.summaries.map(({ agent, runs }) => [agent, runs])).to.deep.equal([
      ['code-reviewer', 1],
      ['?', 0],
    ])
    expect(models.summaries[0]).to.include({ model: 'openai/gpt-4', tokens: 1550, p50_latency_ms: 2340 })
  })
})
