/** What a person sees: the steps of the agent and, below each, the audit lines that it left in the journal. */
import { styleText } from 'node:util'
import type { AuditEvent, AuditEventKind } from 'kansa'
import type { RuntimeStep } from './runtime.ts'
import { visible } from './visible-text.ts'

type Style = Parameters<typeof styleText>[0]

const WIDTH_WITHOUT_TERMINAL = 120
const LABEL_WIDTH = 11

/** The fields of each kind that are worth their place on a line. */
const SHOWN_FIELDS: Readonly<Record<AuditEventKind, readonly string[]>> = {
  AgentExecution: ['agent_name', 'status', 'tokens_used', 'duration_secs', 'error_type', 'error'],
  ApiCall: ['model', 'prompt_tokens', 'completion_tokens', 'latency_ms', 'attempts', 'status_code', 'error_type'],
  ToolCall: ['tool_name', 'success', 'permission_granted', 'duration_ms', 'decided_by', 'error_type', 'parameters'],
  TokenUsage: ['tokens_consumed', 'budget_limit', 'budget_remaining', 'utilization'],
  Security: ['severity', 'category', 'action', 'message'],
}

export class Screen {
  private readonly out: NodeJS.WriteStream
  /** True while streamed text stands on a line without an end. */
  private lineOpen = false

  constructor(out: NodeJS.WriteStream) {
    this.out = out
  }

  print(text = ''): void {
    this.endLine()
    this.out.write(`${text}\n`)
  }

  heading(text: string): void {
    this.print(`\n${this.paint('bold', visible(text))}`)
  }

  step(step: RuntimeStep): void {
    switch (step.type) {
      case 'text':
        return this.stream(step.agent, step.text)
      case 'asks':
        return this.say(step.agent, `calls ${step.tool} ${step.args}`, 'cyan')
      case 'result':
        return this.say(step.tool, step.result.split('\n', 1)[0] ?? '', step.success ? 'green' : 'yellow')
      case 'note':
        return this.say(step.agent, step.text, 'yellow')
    }
  }

  audit(event: AuditEvent): void {
    const { type, data } = event.event_type
    const fields = new Map<string, unknown>(Object.entries(data))
    const shown = SHOWN_FIELDS[type].filter(name => fields.has(name)).map(name => `${name}=${plain(fields.get(name))}`)
    if (type === 'AgentExecution' && event.parent_run_id !== undefined) shown.push('(nested run)')
    const line = visible(`${String(event.seq ?? '').padStart(6)} ${type.padEnd(14)} ${shown.join(' ')}`)
    this.print(this.paint(styleOf(event), this.shorten(`  │${line}`)))
  }

  private say(who: string, text: string, style: Style): void {
    const label = visible(who).padEnd(LABEL_WIDTH)
    this.print(this.paint(style, this.shorten(`  ${label} ${visible(text)}`)))
  }

  private stream(who: string, text: string): void {
    if (!this.lineOpen) this.out.write(`  ${visible(who).padEnd(LABEL_WIDTH)} `)
    this.lineOpen = true
    this.out.write(visible(text))
  }

  private endLine(): void {
    if (this.lineOpen) this.out.write('\n')
    this.lineOpen = false
  }

  private shorten(line: string): string {
    const width = this.out.columns ?? WIDTH_WITHOUT_TERMINAL
    const characters = Array.from(line)
    return characters.length <= width ? line : `${characters.slice(0, width - 1).join('')}…`
  }

  /** Colours on a terminal only, and not where NO_COLOR is set. */
  private paint(style: Style, text: string): string {
    return styleText(style, text, { stream: this.out })
  }
}

function styleOf({ event_type: { type, data } }: AuditEvent): Style {
  if (type === 'Security') return data.severity === 'Critical' ? 'red' : data.severity === 'Warning' ? 'yellow' : 'dim'
  if (type === 'ToolCall') return data.success ? 'dim' : 'yellow'
  if (type === 'TokenUsage') return data.utilization >= 0.8 ? 'yellow' : 'dim'
  if (type === 'AgentExecution' && data.status === 'Cancelled') return 'yellow'
  return data.error === undefined ? 'dim' : 'red'
}

function plain(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 1000) / 1000)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
