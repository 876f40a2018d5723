/**
 * `@anthropic-ai/claude-agent-sdk`: a query is a run of the agent, which works in a process of its own. What it does is
 * told by its hooks, among which we put some, and by the messages that the application reads.
 */
import { guarded } from '../../pipeline/observe/fault.ts'
import { shadowMethod } from '../../pipeline/observe/method.ts'
import { isObject, readProperty } from '../../pipeline/observe/property.ts'
import { observeSettling } from '../../pipeline/observe/settling.ts'
import type { Patches } from '../patches.ts'
import type { Sdk } from '../sdk.ts'
import { QueryAudit } from './query-audit.ts'

export const CLAUDE_AGENT_SDK: Sdk = {
  name: 'claude-agent-sdk',
  packages: [{ name: '@anthropic-ai/claude-agent-sdk', range: { from: '0.2.0', below: '0.4.0' }, attach }],
}

/** `exported`: the package's exports, as a loader hook gives them. Those of a static import cannot be written. */
function attach(exported: unknown, patches: Patches): void {
  patches.method(exported, 'query', ({ args, proceed }) => {
    const [params, ...rest] = args
    const audit = guarded('auditing a query', () => new QueryAudit(readProperty(params, 'options')))
    if (audit === undefined) return proceed()
    const given = guarded('auditing a query', () => audit.audited(params)) ?? (isObject(params) ? params : {})
    const ask = (prompt: unknown): unknown => proceed([{ ...given, prompt }, ...rest])
    return audit.run(readProperty(params, 'prompt'), ask)
  })
  // Starts the agent's process before there is anything to ask.
  if (typeof readProperty(exported, 'startup') === 'function') {
    patches.method(exported, 'startup', ({ args, proceed }) => {
      const [params, ...rest] = args
      const audit = guarded('auditing a query', () => new QueryAudit(readProperty(params, 'options')))
      if (audit === undefined) return proceed()
      const started = proceed([guarded('auditing a query', () => audit.audited(params ?? {})) ?? params, ...rest])
      const fulfilled = (warm: unknown): void => {
        if (isObject(warm))
          shadowMethod(warm, 'query', (ask, [asked, ...more]) => audit.run(asked, prompt => ask([prompt, ...more])))
      }
      observeSettling(started, { ended: false, fulfilled, rejected: () => {} })
      return started
    })
  }
}
