/** The option `capture`: how much of prompts, parameters and outputs is stored. */
import { captureText, DEFAULT_CAPTURE } from '../events/capture.ts'
import type { Capture, CaptureRules } from '../events/capture.ts'
import { isKind } from '../events/field-table.ts'
import type { CaptureLevel } from '../events/kinds.ts'
import type { Environment, OptionReader, OptionRule } from '../options.ts'

export interface CaptureOptions {
  /**
   * `metadata`: no content at all; content fields that every event of the kind has are `""`. `preview`: beginnings, and
   * the parameters of tools. `full`: the whole prompt, response and output too. For all events, or by kind and by tool
   * (`{ default, kinds: { ApiCall: 'metadata' }, tools: { 'mcp__*': 'full' } }`). Default `preview`.
   */
  capture?: CaptureLevel | CaptureRules | undefined
}

const LEVELS: readonly unknown[] = ['metadata', 'preview', 'full']
/** OpenTelemetry's variable, and what it says where spans at most are to have content. */
const OTEL_VARIABLE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT'
const NO_EVENT_CONTENT = new Set(['false', 'no_content', 'span_only'])

const CAPTURE: OptionRule<Capture> = {
  fallback: DEFAULT_CAPTURE,
  expected: "`metadata`, `preview` or `full`, or such by { default, kinds, tools }; a tool's name may end in `*`",
  read: value => (isLevel(value) ? value : isRules(value) ? copyOf(value) : undefined),
  fromText: text => (text.trimStart().startsWith('{') ? parsed(text) : text),
  toRecord: captureText,
}

/**
 * Where OpenTelemetry's variable asks for less than the options, less it is: whoever runs the agent has the last word on
 * what must not be stored.
 * @throws KansaError `KANSA_INVALID_OPTION`
 */
export function readCapture(reader: OptionReader, environment: Environment): Capture {
  const capture = reader.read('capture', CAPTURE)
  const wanted = environment[OTEL_VARIABLE]?.trim().toLowerCase()
  if (wanted === undefined || !NO_EVENT_CONTENT.has(wanted) || capture === 'metadata') return capture
  reader.setBy(OTEL_VARIABLE, 'capture', 'metadata')
  return 'metadata'
}

function isLevel(value: unknown): value is CaptureLevel {
  return LEVELS.includes(value)
}

function isRules(value: unknown): value is CaptureRules {
  if (!isMap(value)) return false
  const { default: level, kinds = {}, tools = {}, ...rest } = value
  return (
    (level === undefined || isLevel(level)) &&
    isMap(kinds) &&
    Object.entries(kinds).every(([kind, ofKind]) => isKind(kind) && (ofKind === undefined || isLevel(ofKind))) &&
    isMap(tools) &&
    Object.values(tools).every(isLevel) &&
    Object.keys(rest).length === 0
  )
}

/** What becomes of the application's object later must not open what was closed. */
function copyOf({ default: level, kinds, tools }: CaptureRules): CaptureRules {
  return {
    ...(level !== undefined && { default: level }),
    ...(kinds !== undefined && { kinds: { ...kinds } }),
    ...(tools !== undefined && { tools: { ...tools } }),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
