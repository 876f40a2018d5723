/** One run of one agent in the generated journal: its events in the order in which they happen, as lines without `seq`. */
import type { AuditEventKind } from '../../../../src/events/kinds.ts'
import type { SeededRandom } from './seeded-random.ts'
import { GOALS, MODELS, PROMPTS, RESPONSES, say, TOOLS } from './texts.ts'

const AGENTS = 50
const BUDGET = 2_000_000

export interface MadeEvent {
  readonly kind: AuditEventKind
  readonly actor: string
  /** The line up to where `,"seq":…}` follows. */
  readonly head: string
  /** Of a model call. */
  readonly totalTokens: number
}

/** State of one run; owned by `next`. */
export class AgentRun {
  private readonly random: SeededRandom
  private readonly actor: string
  private readonly goal: string
  private readonly startMillis: number
  private readonly id: string
  private readonly session: string
  private readonly trace: string | undefined
  /** The envelope after the span; the same for all events of the run. */
  private readonly surroundings: string
  private started = false
  private left: number
  private tokens = 0

  /** `parent` is the run that started this one. */
  constructor(random: SeededRandom, millis: number, parent?: AgentRun) {
    this.random = random
    this.actor = `agent-${String(random.below(AGENTS)).padStart(2, '0')}`
    this.goal = say(random, GOALS)
    this.startMillis = millis
    this.id = random.uuid(millis)
    this.session = parent?.session ?? `session-${random.hex(8)}`
    // Half of the agents run where nobody traces.
    this.trace = parent === undefined ? (random.chance(0.5) ? random.hex(32) : undefined) : parent.trace
    this.left = random.between(10, 60)
    const parentId = parent === undefined ? '' : `,"parent_run_id":"${parent.id}"`
    const user = random.chance(0.7) ? `,"user_id":"u-${random.between(1000, 1999)}"` : ''
    this.surroundings = `,"session_id":"${this.session}","run_id":"${this.id}"${parentId}${user}`
  }

  get ended(): boolean {
    return this.left < 0
  }

  next(millis: number): MadeEvent {
    this.left--
    if (!this.started || this.ended) return this.execution(millis)
    const choice = this.random.below(100)
    if (choice < 52) return this.toolCall(millis)
    if (choice < 87) return this.apiCall(millis)
    return choice < 98 ? this.tokenUsage(millis) : this.security(millis)
  }

  private execution(millis: number): MadeEvent {
    const start = timeText(this.startMillis)
    const about = `"agent_name":"${this.actor}","status":`
    const common = `,"goal":${this.goal},"start_time":"${start}"`
    if (!this.started) {
      this.started = true
      return this.event('AgentExecution', millis, `${about}"Started"${common},"tokens_used":0,"artifacts":[]`)
    }
    const seconds = (millis - this.startMillis) / 1000
    const end = `,"end_time":"${timeText(millis)}","duration_secs":${seconds},"tokens_used":${this.tokens}`
    return this.random.chance(0.9)
      ? this.event('AgentExecution', millis, `${about}"Completed"${common}${end},"artifacts":["review.md"]`)
      : this.event(
          'AgentExecution',
          millis,
          `${about}"Failed"${common}${end},"artifacts":[],"error":"the \\"last\\" attempt timed out","error_type":"timeout"`,
        )
  }

  private toolCall(millis: number): MadeEvent {
    const { random } = this
    const tool = random.pick(TOOLS)
    const number = random.below(10_000)
    const duration = random.below(3000)
    const fails = random.chance(0.05)
    const outcome = fails
      ? `false,"output_preview":"","error":"exit code ${number % 128}","permission_granted":true`
      : `true,"output_preview":${say(random, tool.outputs)},"permission_granted":true`
    return this.event(
      'ToolCall',
      millis,
      `"tool_name":"${tool.name}","call_id":"call_${random.hex(24)}","parameters":${tool.parameters(number)},` +
        `"execution_time":"${timeText(millis - duration)}","duration_ms":${duration},"success":${outcome},` +
        `"sandbox_policy":"${tool.sandbox}"${fails ? ',"error_type":"tool_error"' : ''}`,
    )
  }

  private apiCall(millis: number): MadeEvent {
    const { random } = this
    const { provider, model } = random.pick(MODELS)
    const latency = random.between(200, 20_000)
    const prompt = random.between(50, 40_000)
    const completion = random.between(1, 4000)
    this.tokens += prompt + completion
    const data =
      `"provider":"${provider}","model":"${model}","request_time":"${timeText(millis - latency)}",` +
      `"response_time":"${timeText(millis)}","latency_ms":${latency},"prompt_tokens":${prompt},` +
      `"completion_tokens":${completion},"total_tokens":${prompt + completion},"status_code":200,` +
      `"prompt_preview":${say(random, PROMPTS)},"response_preview":${say(random, RESPONSES)},` +
      `"operation":"chat","response_id":"resp_${random.hex(24)}"`
    return this.event('ApiCall', millis, data, prompt + completion)
  }

  private tokenUsage(millis: number): MadeEvent {
    const left = BUDGET - this.tokens
    return this.event(
      'TokenUsage',
      millis,
      `"entity_id":"${this.actor}","entity_type":"agent","tokens_consumed":${this.tokens},"budget_limit":${BUDGET},` +
        `"budget_remaining":${Math.max(0, left)},"utilization":${this.tokens / BUDGET},` +
        `"timestamp":"${timeText(millis)}","operation":"chat"`,
    )
  }

  private security(millis: number): MadeEvent {
    const finding = this.random.chance(0.5)
      ? `"severity":"Warning","category":"PermissionDenied","message":"File write blocked: /etc/passwd",` +
        `"source":"file-tool","action":"Blocked","context":{"path":"/etc/passwd","type":"ToolCall"}`
      : // A sum that takes the text in `context` for the field of a model call comes out wrong.
        `"severity":"Critical","category":"BudgetExceeded","message":"The budget of ${this.actor} is used up",` +
        `"source":"budget","action":"Logged","context":{"total_tokens":"${this.tokens}"}`
    return this.event('Security', millis, finding)
  }

  private event(kind: AuditEventKind, millis: number, data: string, totalTokens = 0): MadeEvent {
    const span =
      this.trace === undefined ? '' : `,"trace_id":"${this.trace}","span_id":"${this.random.hex(16)}","trace_flags":1`
    const head =
      `{"id":"${this.random.uuid(millis)}","timestamp":"${timeText(millis)}","actor_id":"${this.actor}",` +
      `"event_type":{"type":"${kind}","data":{${data}}}${span}${this.surroundings}`
    return { kind, actor: this.actor, head, totalTokens }
  }
}

function timeText(millis: number): string {
  return new Date(millis).toISOString()
}
