/**
 * What the scripted model answers. It follows the same prompts that a real model gets, and decides from the tool
 * results it was sent: numbers and names in its answers are those of the project at hand.
 */
import type { ChatMessage, ToolCallRequest } from './chat-wire.ts'

type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>
type Script = (conversation: Conversation) => AssistantMessage

interface Conversation {
  /** What the person asked for. */
  readonly task: string
  /** Tool results so far, oldest first. */
  readonly results: readonly string[]
  /** True when the runtime asked to come to an end. */
  readonly toldToFinish: boolean
}

const SCRIPTS: readonly [task: RegExp, script: Script][] = [
  [/reports errors/, reviewErrors],
  [/Count the lines of/, countLines],
  [/Tidy up/, tidyUp],
  [/essay/, writeEssay],
  [/one after the other/, readOn],
]

export function answerTo(messages: readonly ChatMessage[]): AssistantMessage {
  const asked = messages.filter(message => message.role === 'user').map(message => message.content)
  const conversation = {
    task: asked[0] ?? '',
    results: messages.filter(message => message.role === 'tool').map(message => message.content),
    toldToFinish: asked.at(-1)?.startsWith('Token budget') ?? false,
  }
  const script = SCRIPTS.find(([task]) => task.test(conversation.task))?.[1]
  return script?.(conversation) ?? say('I am a scripted model and know only the tasks of this example.')
}

function reviewErrors({ results }: Conversation): AssistantMessage {
  const [search, file, helper] = results
  if (search === undefined) return call(['search_text', { text: 'throw new' }])
  const [, matches, files, first] = /^(\d+) matches in (\d+) files?\n(?:([^\n]+): \d+ match)?/.exec(search) ?? []
  if (matches === undefined) return say(`I could not search the project: ${firstLine(search)}`)
  if (first === undefined) return say('Nothing in this project throws an error.')
  if (file === undefined) return call(['read_file', { path: first }])
  if (helper === undefined) return call(['delegate', { task: `Count the lines of "${first}" with wc -l.` }])
  return say(`${matches} places in ${files} files throw an error, most of them in ${first}. ${firstLine(helper)}`)
}

function countLines({ task, results }: Conversation): AssistantMessage {
  const path = /"([^"]+)"/.exec(task)?.[1] ?? 'README.md'
  const [count] = results
  if (count === undefined) return call(['shell', { command: `wc -l "${path}"` }])
  const lines = /^ *(\d+) /m.exec(count)?.[1]
  return say(lines === undefined ? `I could not count: ${firstLine(count)}` : `${path} has ${lines} lines.`)
}

function tidyUp({ results }: Conversation): AssistantMessage {
  const [listing, remove, read] = results
  if (listing === undefined) return call(['list_files', {}])
  if (remove === undefined) {
    return call(['shell', { command: 'rm -rf coverage' }], ['read_file', { path: '/etc/passwd' }])
  }
  return say(
    `There are ${/^\d+/.exec(listing)?.[0] ?? 'no'} files. I could not delete coverage (${firstLine(remove)}) nor read /etc/passwd (${firstLine(read ?? '')}).`,
  )
}

function writeEssay(): AssistantMessage {
  const sentence = 'Long before computers, an auditor listened: the word comes from the Latin audire, to hear. '
  return say(sentence.repeat(60))
}

function readOn({ results, toldToFinish }: Conversation): AssistantMessage {
  const [listing, ...read] = results
  if (listing === undefined) return call(['list_files', {}])
  const paths = listing.split('\n').slice(1)
  const next = paths[read.length]
  if (next !== undefined && !toldToFinish) return call(['read_file', { path: next, lines: 10 }])
  const last = read.length === 0 ? '' : `, the last one was ${paths[read.length - 1]}`
  return say(
    `I read the beginning of ${read.length} files${last}. ${toldToFinish ? 'I stop to keep to the budget.' : ''}`,
  )
}

function say(content: string): AssistantMessage {
  return { role: 'assistant', content }
}

function call(...calls: [name: string, args: Record<string, unknown>][]): AssistantMessage {
  return { role: 'assistant', content: null, tool_calls: calls.map(([name, args]) => toolCall(name, args)) }
}

// One counter per process, so that call ids differ between runs and between calls of one answer.
let callNumber = 0

function toolCall(name: string, args: Record<string, unknown>): ToolCallRequest {
  callNumber += 1
  return { id: `call_${callNumber}`, type: 'function', function: { name, arguments: JSON.stringify(args) } }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
