/** Tools that a prompt itself says to ask for, for agents that offer many: the lines of it that are a name and a JSON object. */
import { createHash } from 'node:crypto'
import { objectsIn, textOf } from './answer.ts'
import type { ReceivedRequest, WantedTool } from './answer.ts'

const LINE = /^(\w+) (\{.*\})$/gm

/** None where no line of the user's newest message names a tool that is offered. Ids are other ones in each request. */
export function toldTools(names: readonly unknown[], request: ReceivedRequest): readonly WantedTool[] {
  const newest = objectsIn(request.body['messages']).findLast(({ role }) => role === 'user')
  const told = [...promptOf(newest?.['content']).matchAll(LINE)].filter(([, name]) => names.includes(name))
  return told.map(([, name = '', args = '{}'], index) => ({
    id: `call_${digestOf(request)}_${index}`,
    name,
    args: JSON.parse(args) as WantedTool['args'],
  }))
}

/** The same for the same request. */
export function digestOf({ raw }: ReceivedRequest): string {
  return createHash('sha256').update(raw).digest('hex').slice(0, 12)
}

function promptOf(content: unknown): string {
  if (typeof content === 'string') return content
  return objectsIn(content)
    .map(block => textOf(block['text']))
    .join('\n')
}
