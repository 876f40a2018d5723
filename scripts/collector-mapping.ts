/**
 * Writes the part of examples/collector/from-files.yaml that follows from the field table: how the collector makes a log
 * record of a journal line, the same one that OTLP would have brought. In OTTL, the collector's transformation language.
 * After a change of the table: node scripts/collector-mapping.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ENVELOPE, HEAD_ATTRIBUTES, KINDS } from '../src/events/field-table.ts'
import type { Field } from '../src/events/field.ts'
import type { AuditEventKind } from '../src/events/kinds.ts'
import { COVERAGE_CATEGORIES, FINDING_CATEGORIES, LOG_LIFE_CATEGORIES } from '../src/events/kinds.ts'
import { PROVIDER_ALIASES } from '../src/events/normalisations.ts'

const PAGE = join(import.meta.dirname, '../examples/collector/from-files.yaml')
const BEGIN = '    # Made by scripts/collector-mapping.ts from the field table.\n'
const END = '    # End of what is made.\n'
const DATA = 'log.cache["data"]'
const TRACE_FIELDS = ['trace_id', 'span_id', 'trace_flags']

/** The file with its made part anew. */
export function withMapping(page: string): string {
  const [head = '', rest = ''] = page.split(BEGIN)
  const [, tail = ''] = rest.split(END)
  return head + BEGIN + mappingText() + END + tail
}

function mappingText(): string {
  const kinds: AuditEventKind[] = ['AgentExecution', 'ApiCall', 'ToolCall', 'TokenUsage', 'Security']
  const groups = [
    group('IsMap(log.body) and IsMap(log.body["event_type"])', envelopeStatements()),
    ...kinds.map(kind => group(`IsMap(log.body) and log.body["event_type"]["type"] == "${kind}"`, statementsOf(kind))),
  ]
  return `    log_statements:\n${groups.join('')}`
}

function group(condition: string, statements: readonly string[]): string {
  const lines = statements.map(statement => `          - ${quoted(statement)}\n`).join('')
  return `      - context: log\n        conditions:\n          - ${quoted(condition)}\n        statements:\n${lines}`
}

/** A YAML string in which the collector sees no variable, in the quotes that the formatter prefers. */
function quoted(statement: string): string {
  const text = statement.replaceAll('$', '$$$$')
  return /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`
}

function envelopeStatements(): string[] {
  const plain = ENVELOPE.filter(field => !TRACE_FIELDS.includes(field.name))
  const whole = 'log.body["trace_id"] != nil and log.body["span_id"] != nil'
  return [
    `set(log.attributes["${HEAD_ATTRIBUTES.id}"], log.body["id"])`,
    `set(log.attributes["${HEAD_ATTRIBUTES.actor}"], log.body["actor_id"])`,
    'set(log.observed_time, log.time)',
    'set(log.observed_time, Time(log.body["observed_timestamp"], "%Y-%m-%dT%H:%M:%S.%LZ")) where log.body["observed_timestamp"] != nil',
    ...plain.flatMap(field => fieldStatements(field, `log.body["${field.name}"]`)),
    // A record holds a trace only as a whole, and cannot tell flags of 0 from none.
    `set(log.trace_id.string, log.body["trace_id"]) where ${whole}`,
    `set(log.span_id.string, log.body["span_id"]) where ${whole}`,
    `set(log.flags, log.body["trace_flags"]) where ${whole}`,
    `set(log.attributes["agent_audit.trace.id"], log.body["trace_id"]) where log.body["span_id"] == nil`,
    `set(log.attributes["agent_audit.trace.span_id"], log.body["span_id"]) where log.body["trace_id"] == nil`,
    `set(log.attributes["agent_audit.trace.flags"], log.body["trace_flags"]) where not (${whole}) or log.body["trace_flags"] == 0`,
  ]
}

function statementsOf(kind: AuditEventKind): string[] {
  const { eventName, constants, fields } = KINDS[kind]
  return [
    `set(log.event_name, "${eventName}")`,
    `set(log.attributes["${HEAD_ATTRIBUTES.eventName}"], "${eventName}")`,
    ...Object.entries(constants).map(([name, value]) => `set(log.attributes["${name}"], "${value}")`),
    'set(log.cache["data"], log.body["event_type"]["data"])',
    ...fields.flatMap(field => fieldStatements(field, at(field.name))),
    ...severityStatements(kind),
    ...SENTENCES[kind],
    'set(log.body, log.cache["sentence"])',
  ]
}

function at(name: string): string {
  return `${DATA}["${name}"]`
}

function fieldStatements(field: Field, source: string): string[] {
  const target = `log.attributes["${field.attribute}"]`
  if (field.choices !== undefined) return [`set(${target}, ConvertCase(${source}, "lower")) where ${source} != nil`]
  if (field.normalisation === undefined) return [`set(${target}, ${source})`]
  const verbatim = `log.attributes["${field.normalisation.verbatimAttribute}"]`
  switch (field.name) {
    case 'provider':
      return providerStatements(target, verbatim, source)
    case 'category':
      return categoryStatements(target, verbatim, source)
    case 'time_to_first_token_ms':
      return [
        `set(${target}, Double(${source}) / 1000.0) where ${source} != nil`,
        // Only from 2^52 on is the way through seconds not exact.
        `set(${verbatim}, ${source}) where ${source} >= 4503599627370496 and Int(Double(${source}) / 1000.0 * 1000.0) != ${source}`,
        // Whole seconds are integers, as from OTLP.
        `set(${target}, Int(${target})) where ${source} != nil and Double(Int(${target})) == ${target}`,
      ]
    default:
      throw new Error(`${field.name}: say here how the collector normalises it`)
  }
}

function providerStatements(target: string, verbatim: string, source: string): string[] {
  const renamed = Object.entries(PROVIDER_ALIASES).map(
    ([alias, name]) => `set(${target}, "${name}") where ${target} == "${alias}"`,
  )
  const lower = `set(${target}, ConvertCase(${source}, "lower"))`
  return [lower, ...renamed, `set(${verbatim}, ${source}) where ${target} != ${source}`]
}

function categoryStatements(target: string, verbatim: string, source: string): string[] {
  const categories: readonly string[] = [...FINDING_CATEGORIES, ...LOG_LIFE_CATEGORIES, ...COVERAGE_CATEGORIES]
  const normalised = KINDS.Security.fields.find(field => field.name === 'category')?.normalisation
  const words = categories.map(category => normalised?.encode(category) ?? category)
  return [
    `set(${target}, ${source})`,
    `set(${target}, ConvertCase(${source}, "snake")) where IsMatch(${source}, "^(${categories.join('|')})$")`,
    `set(${verbatim}, ${source}) where IsMatch(${source}, "^(${words.join('|')})$")`,
  ]
}

/** The worst comes last. */
function severityStatements(kind: AuditEventKind): string[] {
  const failure = (failed: string): string[] => [
    ...severity(17, 'ERROR', failed),
    ...severity(13, 'WARN', `(${failed}) and ${at('error_type')} == "cancelled"`),
  ]
  const special: Readonly<Record<AuditEventKind, readonly string[]>> = {
    AgentExecution: [
      ...severity(17, 'ERROR', `${at('status')} == "Failed"`),
      ...severity(13, 'WARN', `${at('status')} == "Cancelled"`),
    ],
    ApiCall: failure(`(${at('status_code')} != nil and ${at('status_code')} >= 400) or ${at('error')} != nil`),
    ToolCall: [
      ...failure(`${at('success')} == false`),
      ...severity(13, 'WARN', `${at('permission_granted')} == false or ${at('decision')} == "Deny"`),
    ],
    TokenUsage: [
      ...severity(13, 'WARN', `${at('utilization')} >= 0.8`),
      ...severity(17, 'ERROR', `${at('utilization')} > 1`),
    ],
    Security: [
      ...severity(13, 'WARN', `${at('severity')} == "Warning"`),
      ...severity(18, 'ERROR', `${at('severity')} == "Critical"`),
    ],
  }
  return ['set(log.severity_number, 9)', 'set(log.severity_text, "INFO")', ...special[kind]]
}

function severity(number: number, text: string, condition: string): string[] {
  return [
    `set(log.severity_number, ${number}) where ${condition}`,
    `set(log.severity_text, "${text}") where ${condition}`,
  ]
}

/** `variable` as the text of a field, `?` where it has none, with at most 120 characters. */
function short(variable: string, name: string): string[] {
  return [
    `set(log.cache["${variable}"], "?")`,
    `set(log.cache["${variable}"], ${at(name)})`,
    `replace_pattern(log.cache["${variable}"], "(?s)^(.{120}).+$", "\${1}…")`,
  ]
}

/** `: reason`, or nothing. The reason is in `log.cache["reason"]`, or nil. */
const BECAUSE: readonly string[] = [
  'set(log.cache["because"], "")',
  'set(log.cache["because"], log.cache["reason"]) where log.cache["reason"] != nil',
  'replace_pattern(log.cache["because"], "(?s)^(.{120}).+$", "${1}…")',
  'set(log.cache["because"], Concat([": ", log.cache["because"]], "")) where log.cache["because"] != ""',
]

const OUTCOME: readonly string[] = [
  'set(log.cache["outcome"], "failed")',
  `set(log.cache["outcome"], "was cancelled") where ${at('error_type')} == "cancelled"`,
  `set(log.cache["outcome"], "timed out") where ${at('error_type')} == "timeout"`,
]

/** ` in 150 ms`, or nothing. */
function within(name: string): string[] {
  return [
    'set(log.cache["within"], "")',
    `set(log.cache["within"], Format(" in %v ms", [${at(name)}])) where ${at(name)} != nil`,
  ]
}

function sentence(format: string, names: readonly string[], condition?: string): string {
  const values = names.map(name => (name.includes('[') ? name : `log.cache["${name}"]`))
  const where = condition === undefined ? '' : ` where ${condition}`
  return `set(log.cache["sentence"], Format("${format}", [${values.join(', ')}]))${where}`
}

/** src/events/summary.ts, once more. */
const SENTENCES: Readonly<Record<AuditEventKind, readonly string[]>> = {
  AgentExecution: [
    ...short('name', 'agent_name'),
    'set(log.cache["did"], "ran")',
    `set(log.cache["did"], ConvertCase(${at('status')}, "lower")) where ${at('status')} != nil`,
    `set(log.cache["reason"], ${at('error')})`,
    `set(log.cache["reason"], ${at('goal')}) where ${at('status')} == "Started" or ${at('status')} == "Running"`,
    ...BECAUSE,
    'set(log.cache["after"], "")',
    `set(log.cache["after"], Format(" after %s s", [String(${at('duration_secs')})])) where ${at('duration_secs')} != nil`,
    sentence('agent %s %s%s', ['name', 'did', 'because']),
    sentence('agent %s %s%s, %v tokens', ['name', 'did', 'after', at('tokens_used')], `${at('status')} == "Completed"`),
    sentence(
      'agent %s %s%s%s',
      ['name', 'did', 'after', 'because'],
      `${at('status')} == "Failed" or ${at('status')} == "Cancelled"`,
    ),
  ],
  ApiCall: [
    ...short('provider', 'provider'),
    ...short('model', 'model'),
    ...within('latency_ms'),
    ...OUTCOME,
    `set(log.cache["reason"], ${at('error')})`,
    ...BECAUSE,
    sentence('call to %s/%s used %v tokens%s', ['provider', 'model', at('total_tokens'), 'within']),
    sentence('call to %s/%s %s%s%s', ['provider', 'model', 'outcome', 'within', 'because'], `${at('error')} != nil`),
  ],
  ToolCall: [
    ...short('name', 'tool_name'),
    ...within('duration_ms'),
    ...OUTCOME,
    `set(log.cache["reason"], ${at('error')})`,
    `set(log.cache["reason"], ${at('decision_reason')}) where ${at('permission_granted')} == false and ${at('decision')} != "Allow"`,
    ...BECAUSE,
    sentence('tool %s succeeded%s', ['name', 'within']),
    sentence('tool %s %s%s%s', ['name', 'outcome', 'within', 'because'], `${at('success')} == false`),
    sentence('tool %s was denied%s', ['name', 'because'], `${at('permission_granted')} == false`),
  ],
  TokenUsage: [
    ...short('entity', 'entity_id'),
    sentence('%s %s consumed %v tokens', [at('entity_type'), 'entity', at('tokens_consumed')]),
    `set(log.cache["percent"], Int(Double(${at('utilization')}) * 100.0 + 0.5)) where ${at('budget_limit')} != nil`,
    sentence(
      '%s %s consumed %v of %v tokens (%v %%)',
      [at('entity_type'), 'entity', at('tokens_consumed'), at('budget_limit'), 'percent'],
      `${at('budget_limit')} != nil`,
    ),
  ],
  Security: [
    ...short('category', 'category'),
    ...short('message', 'message'),
    `set(log.cache["action"], ConvertCase(${at('action')}, "lower"))`,
    sentence('%s: %s (%s)', ['category', 'message', 'action']),
  ],
}

if (import.meta.main) writeFileSync(PAGE, withMapping(readFileSync(PAGE, 'utf8')))
