/** How much content of an event is stored: for all, by kind, or by tool. */
import type { Field } from './field.ts'
import type { AuditEventKind, CaptureLevel } from './kinds.ts'

/** What is more special goes before: a tool's level before that of its kind, that before `default`. */
export interface CaptureRules {
  /** Default `preview`. */
  readonly default?: CaptureLevel | undefined
  readonly kinds?: { readonly [Kind in AuditEventKind]?: CaptureLevel | undefined } | undefined
  /** By the tool's name. A name that ends in `*` stands for all that begin so; the longest one counts. */
  readonly tools?: Readonly<Record<string, CaptureLevel>> | undefined
}

export type Capture = CaptureLevel | CaptureRules

export const DEFAULT_CAPTURE = 'preview'
/** Fields that hold the whole of what another one previews. */
const FULL_ONLY: ReadonlySet<string> = new Set(['prompt', 'response', 'output'])
const PREVIEW_SUFFIX = '_preview'

export function captureLevelOf(capture: Capture, kind: AuditEventKind, toolName: unknown): CaptureLevel {
  if (typeof capture === 'string') return capture
  const ofTool = kind === 'ToolCall' && typeof toolName === 'string' ? levelOfTool(capture.tools, toolName) : undefined
  return ofTool ?? capture.kinds?.[kind] ?? capture.default ?? DEFAULT_CAPTURE
}

function levelOfTool(tools: CaptureRules['tools'], name: string): CaptureLevel | undefined {
  if (tools === undefined) return undefined
  if (Object.hasOwn(tools, name)) return tools[name]
  let found: CaptureLevel | undefined
  let length = 0
  for (const [pattern, level] of Object.entries(tools)) {
    if (!pattern.endsWith('*') || pattern.length <= length || !name.startsWith(pattern.slice(0, -1))) continue
    found = level
    length = pattern.length
  }
  return found
}

/** What a log says of it: the level, or the rules as JSON text. */
export function captureText(capture: Capture): string {
  return typeof capture === 'string' ? capture : JSON.stringify(capture)
}

/** What the level does to a field. */
export type ContentRole = 'none' | 'content' | 'preview' | 'whole'

/**
 * A finding's message and context are no content of the conversation but what the log is for: they are stored at every
 * level.
 */
export function contentRoleOf(kind: AuditEventKind, { name, type }: Field): ContentRole {
  if (type !== 'content' || kind === 'Security') return 'none'
  if (FULL_ONLY.has(name)) return 'whole'
  return name.endsWith(PREVIEW_SUFFIX) ? 'preview' : 'content'
}
