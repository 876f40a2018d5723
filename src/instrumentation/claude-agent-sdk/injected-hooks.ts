/** The caller's options with hooks of ours beside the caller's own, whose decisions are listened to. */
import { guarded } from '../../pipeline/observe/fault.ts'
import { isObject, readData } from '../../pipeline/observe/property.ts'
import { observeSettling } from '../../pipeline/observe/settling.ts'

export interface HookListener {
  /** Told of each event that we hook. What it returns is the hook's output. */
  heard(input: unknown): object
  /** What a hook of the caller's answered. */
  answered(input: unknown, output: unknown): void
  /** The caller's `canUseTool` is asked. */
  asked(args: readonly unknown[]): void
  /** What it was asked, and answered. */
  decided(args: readonly unknown[], result: unknown): void
}

const EVENTS = [
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PermissionRequest',
  'PermissionDenied',
  'Stop',
  'SubagentStart',
  'SubagentStop',
] as const
// Hooks of ours, of all queries. Weak: they are gone with their query.
const OWN_HOOKS = new WeakSet<object>()
/** Events at which a hook may allow or deny a tool. */
const DECIDING: ReadonlySet<string> = new Set(['PreToolUse', 'PermissionRequest'])

/** A copy: the caller's options stay as they are. */
export function withHooks(options: unknown, listener: HookListener): object {
  const given = readData(options, 'hooks')
  const hooks: Record<string, unknown> = { ...(isObject(given) ? given : {}) }
  for (const event of EVENTS) {
    const own: unknown = hooks[event]
    const matchers: unknown[] = Array.isArray(own) ? own : []
    const listened = DECIDING.has(event) ? matchers.map(matcher => listenedTo(matcher, listener)) : matchers
    // An async function, as the SDK wants it. Its faults are not the agent's.
    const hook = async (input: unknown): Promise<object> => guarded('hearing a hook', () => listener.heard(input)) ?? {}
    OWN_HOOKS.add(hook)
    hooks[event] = [...listened, { hooks: [hook] }]
  }
  const canUseTool = readData(options, 'canUseTool')
  return {
    ...(isObject(options) ? options : {}),
    hooks,
    ...(isObject(canUseTool) && {
      canUseTool: observed(
        canUseTool,
        (args, result) => listener.decided(args, result),
        args => listener.asked(args),
      ),
    }),
  }
}

export function isOwnHook(hook: unknown): boolean {
  return isObject(hook) && OWN_HOOKS.has(hook)
}

function listenedTo(matcher: unknown, listener: HookListener): unknown {
  const hooks = readData(matcher, 'hooks')
  if (!isObject(matcher) || !Array.isArray(hooks)) return matcher
  const answered = (args: readonly unknown[], output: unknown): void => listener.answered(args[0], output)
  return { ...matcher, hooks: hooks.map((hook: unknown) => (isObject(hook) ? observed(hook, answered) : hook)) }
}

/** The same function, whose results we get to see. */
function observed(
  fn: object,
  seen: (args: readonly unknown[], result: unknown) => void,
  called: (args: readonly unknown[]) => void = () => {},
): object {
  return new Proxy(fn, {
    apply: (target: object, self: unknown, args: unknown[]): unknown => {
      guarded('reading a question', () => called(args))
      const result: unknown = typeof target === 'function' ? Reflect.apply(target, self, args) : undefined
      const fulfilled = (value: unknown): void => {
        guarded('reading a decision', () => seen(args, value))
      }
      observeSettling(result, { ended: false, fulfilled, rejected: () => {} })
      return result
    },
  })
}
