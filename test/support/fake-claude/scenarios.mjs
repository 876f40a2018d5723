/**
 * What the agent's process does with a prompt, in the Claude Agent SDK's own messages. The words of the prompt say what:
 * `tool`, `tool-fails`, `rule-denies` (`-quietly`: said by the result alone), `tool-invalid`, `tools-50` (in one answer), `mcp`, `early-tool` (it has run before the model
 * has ended), `subagent`, `background`, `partial`, `retried`, `api-error`, `max-turns`, `late-hook` (asked after the result), `hang`, `crash`.
 */
const BASE = { session_id: 'session-1', transcript_path: 't.jsonl', cwd: '/', permission_mode: 'default' }
// As the model began: what it has put out is told by the result.
const USAGE = { input_tokens: 8, output_tokens: 1, cache_read_input_tokens: 3, cache_creation_input_tokens: 0 }

/**
 * @param {string} prompt
 * @param {{ send: (message: object) => void, fire: (event: string, input: object, id?: string) => Promise<object[]>, ask: (name: string, input: object, id: string) => Promise<{ behavior: string, message?: string, updatedInput?: object }> | undefined, stopped: Promise<void>, crash: () => void, total?: number }} agent
 */
export async function play(prompt, agent) {
  const { send, fire, ask, stopped, crash } = agent
  const denials = []
  let answers = 0
  // Those of the agent itself, since its latest result.
  let own = 0
  const count = (isOwn = true) => {
    answers++
    if (isOwn) own++
    agent.total = (agent.total ?? 0) + 1
  }
  const message = (content, more = {}) => ({
    type: 'assistant',
    message: {
      id: `msg_${answers}`,
      type: 'message',
      role: 'assistant',
      model: 'fake-model',
      content,
      stop_reason: null,
      usage: USAGE,
    },
    parent_tool_use_id: null,
    session_id: BASE.session_id,
    uuid: `u-${answers}`,
    ...more,
  })
  const say = (content, more) => {
    count(more?.parent_tool_use_id === undefined)
    // Each block is a message of its own with the id of the whole.
    for (const block of content) send(message([block], more))
  }
  const hooked = (event, more, id) => fire(event, { ...BASE, hook_event_name: event, ...more }, id)
  const useTool = async (name, input, id, more = {}, answer = { stdout: 'a' }, failure, isAskedFor = false) => {
    const result = (content, is_error) =>
      send({
        type: 'user',
        message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content, is_error }] },
        parent_tool_use_id: more.parent_tool_use_id ?? null,
        session_id: BASE.session_id,
      })
    if (!isAskedFor) {
      const blocks = [
        { type: 'text', text: `using ${name}` },
        { type: 'tool_use', id, name, input },
      ]
      say(blocks, more)
    }
    const { parent_tool_use_id: _, ...told } = more
    const call = { tool_name: name, tool_input: input, tool_use_id: id, ...told }
    let ran = call
    // Before any hook.
    if (prompt.includes('tool-invalid')) return result('InputValidationError', true)
    const outputs = await hooked('PreToolUse', call, id)
    const hookDenies = outputs.find(({ hookSpecificOutput }) => hookSpecificOutput?.permissionDecision === 'deny')
    if (hookDenies) return result('denied by a hook', true)
    if (prompt.includes('rule-denies')) {
      denials.push({ tool_name: name, tool_use_id: id, tool_input: input })
      if (prompt.includes('quietly')) return result('Bash(rm:*) is denied', true)
      const reason = { decision_reason_type: 'rule', decision_reason: 'Bash(rm:*) is denied' }
      send({ type: 'system', subtype: 'permission_denied', tool_name: name, tool_use_id: id, ...reason, message: 'no' })
      return result('denied by a rule', true)
    }
    const asked = ask(name, input, id)
    if (asked !== undefined) await hooked('PermissionRequest', { tool_name: name, tool_input: input })
    const decision = await asked
    if (decision?.updatedInput !== undefined) ran = { ...call, tool_input: decision.updatedInput }
    if (decision?.behavior === 'deny') {
      denials.push({ tool_name: name, tool_use_id: id, tool_input: input })
      return result(decision.message, true)
    }
    if (typeof answer === 'function') await answer()
    if (failure) await hooked('PostToolUseFailure', { ...ran, error: failure, is_interrupt: false, duration_ms: 5 }, id)
    else await hooked('PostToolUse', { ...ran, tool_response: { stdout: 'a' }, duration_ms: 5 }, id)
    result(failure ?? 'a', failure !== undefined)
  }
  const finish = (subtype = 'success', more = {}) => {
    const usage = { input_tokens: 8 * own, output_tokens: 10 * own, cache_read_input_tokens: 3 * own }
    const { total = 0 } = agent
    const sums = { inputTokens: 8 * total, outputTokens: 10 * total, cacheReadInputTokens: 3 * total }
    own = 0
    send({
      type: 'result',
      subtype,
      is_error: subtype !== 'success',
      uuid: 'u-result',
      session_id: BASE.session_id,
      result: 'done',
      num_turns: answers,
      duration_ms: 10,
      duration_api_ms: 8,
      total_cost_usd: 0.01,
      usage,
      modelUsage: { 'fake-model': sums },
      permission_denials: denials,
      ...more,
    })
  }

  const tools = ['Bash', 'mcp__own__lookup']
  send({
    type: 'system',
    subtype: 'init',
    session_id: BASE.session_id,
    uuid: 'u-init',
    model: 'fake-model',
    tools,
    mcp_servers: [],
    permissionMode: 'default',
  })
  if (prompt.includes('hang')) {
    say([{ type: 'text', text: 'thinking' }])
    await stopped
    return finish('error_during_execution', { errors: ['interrupted'] })
  }
  if (prompt.includes('crash')) return crash()
  if (prompt.includes('api-error')) {
    const error = {
      id: 'msg_0',
      type: 'message',
      role: 'assistant',
      model: '<synthetic>',
      usage: { input_tokens: 0, output_tokens: 0 },
    }
    send({
      ...message([]),
      message: { ...error, content: [{ type: 'text', text: 'API Error: 429' }] },
      error: 'rate_limit',
    })
    return finish('success', { is_error: true, result: 'API Error: 429' })
  }
  if (prompt.includes('retried')) {
    for (const attempt of [1, 2])
      send({ type: 'system', subtype: 'api_retry', attempt, error_status: 529, session_id: BASE.session_id })
  }
  const [, many] = /tools-(\d+)/.exec(prompt) ?? []
  if (many !== undefined) {
    const ids = Array.from({ length: Number(many) }, (_, index) => `toolu_${index}`)
    const input = { command: 'ls' }
    say(ids.map(id => ({ type: 'tool_use', id, name: 'Bash', input })))
    for (const id of ids) await useTool('Bash', input, id, {}, undefined, undefined, true)
  } else if (prompt.includes('tool') || prompt.includes('denies')) {
    const failure = prompt.includes('tool-fails') ? 'no such file' : undefined
    await useTool('Bash', { command: 'ls' }, 'toolu_1', {}, undefined, failure)
    if (prompt.includes('early-tool')) send(message([{ type: 'text', text: ', and more' }]))
  }
  if (prompt.includes('mcp')) await useTool('mcp__own__lookup', { key: 'k' }, 'toolu_2')
  if (prompt.includes('subagent')) {
    const subagent = { agent_id: 'agent-1', agent_type: 'reviewer' }
    await useTool(
      'Task',
      { subagent_type: 'reviewer', description: 'review', prompt: 'Review it.' },
      'toolu_task',
      {},
      async () => {
        await hooked('SubagentStart', subagent)
        await useTool('Read', { file_path: '/a' }, 'toolu_inner', { ...subagent, parent_tool_use_id: 'toolu_task' })
        say([{ type: 'text', text: 'reviewed' }], { parent_tool_use_id: 'toolu_task' })
        await hooked('SubagentStop', { ...subagent, stop_hook_active: false, agent_transcript_path: 'a.jsonl' })
      },
    )
  }
  if (prompt.includes('background')) {
    const subagent = { agent_id: 'agent-2', agent_type: 'reviewer' }
    const told = { parent_tool_use_id: 'toolu_task', agent_id: 'agent-2' }
    await useTool('Agent', { subagent_type: 'reviewer', prompt: 'Review it.' }, 'toolu_task', {}, () => {
      send({ type: 'system', subtype: 'task_started', task_id: 'agent-2', tool_use_id: 'toolu_task' })
      return hooked('SubagentStart', subagent)
    })
    say([{ type: 'text', text: 'wait' }])
    await hooked('Stop', { stop_hook_active: false, background_tasks: [{ id: 'agent-2' }] })
    finish()
    await useTool('Read', { file_path: '/a' }, 'toolu_inner', { ...subagent, ...told })
    say([{ type: 'text', text: 'reviewed' }], told)
    await hooked('SubagentStop', { ...subagent, stop_hook_active: false })
    send({ type: 'system', subtype: 'task_notification', task_id: 'agent-2', tool_use_id: 'toolu_task' })
  }
  if (prompt.includes('partial')) {
    count()
    const start = { id: `msg_${answers}`, model: 'fake-model', usage: { ...USAGE, output_tokens: 1 } }
    const event = inner =>
      send({ type: 'stream_event', event: inner, parent_tool_use_id: null, session_id: BASE.session_id, uuid: 'u' })
    event({ type: 'message_start', message: start })
    send({
      ...message([{ type: 'text', text: 'partly' }]),
      message: { ...start, content: [{ type: 'text', text: 'partly' }] },
    })
    event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 10 } })
  } else {
    say([{ type: 'text', text: 'hello' }])
  }
  await hooked('Stop', { stop_hook_active: false })
  if (prompt.includes('late-hook')) {
    finish()
    // Nobody waits for the answer.
    void hooked('SubagentStop', { agent_id: 'agent-9', stop_hook_active: false })
    return
  }
  if (prompt.includes('max-turns')) return finish('error_max_turns', { errors: ['too many turns'] })
  return finish()
}
