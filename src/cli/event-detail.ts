/** What an event says beyond its sentence: shown behind it, as far as the line reaches. */
import type { StoredEvent } from '../events/line.ts'
import { numberText } from './quantities.ts'

export function detailOf(event: StoredEvent): string {
  const { type, data } = event.event_type
  switch (type) {
    case 'AgentExecution':
      if (data.status === 'Completed') return listed(data.artifacts ?? [])
      return data.status === 'Failed' || data.status === 'Cancelled' ? tokens(data.tokens_used) : ''
    case 'ApiCall':
      return data.response_preview ?? data.prompt_preview ?? ''
    case 'ToolCall':
      return listed([data.parameters ?? '', data.output_preview ?? ''], ' → ')
    case 'TokenUsage':
      return data.operation ?? ''
    case 'Security':
      return listed(Object.entries(data.context ?? {}).map(([name, value]) => `${name}=${value}`))
  }
}

function listed(parts: readonly string[], separator = ', '): string {
  return parts.filter(part => part !== '').join(separator)
}

function tokens(count = 0): string {
  return count === 0 ? '' : `${numberText(count)} tokens`
}
