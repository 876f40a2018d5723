/** Stands in for the agent's process: the SDK speaks to it by lines of JSON. */
import { createInterface } from 'node:readline'
import { play } from './scenarios.mjs'

const send = message => process.stdout.write(`${JSON.stringify(message)}\n`)
const pending = new Map()
let hooks = {}
const asks = process.argv.some(argument => argument.startsWith('--permission-prompt-tool'))
let stop
const stopped = new Promise(resolve => (stop = resolve))

let isDeaf = false
function request(body) {
  // The SDK closes the input when it has seen a result, and answers no more.
  if (isDeaf) return Promise.resolve({})
  return new Promise(resolve => {
    const request_id = `r${pending.size + 1}`
    pending.set(request_id, resolve)
    send({ type: 'control_request', request_id, request: body })
  })
}

async function fire(event, input, tool_use_id) {
  const outputs = []
  for (const { hookCallbackIds } of hooks?.[event] ?? []) {
    for (const callback_id of hookCallbackIds) {
      const { response } = await request({ subtype: 'hook_callback', callback_id, tool_use_id, input })
      outputs.push(response ?? {})
    }
  }
  return outputs
}

function ask(tool_name, input, tool_use_id) {
  if (!asks) return undefined
  const asked = { subtype: 'can_use_tool', tool_name, input, tool_use_id, permission_suggestions: [] }
  return request(asked).then(({ response }) => response)
}

let playing = Promise.resolve()
const agent = { send, fire, ask, stopped, crash: () => process.exit(1) }
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue
  const message = JSON.parse(line)
  if (message.type === 'control_response') pending.get(message.response.request_id)?.(message.response)
  if (message.type === 'user') {
    const { content } = message.message
    const prompt = typeof content === 'string' ? content : content.map(({ text }) => text).join('')
    playing = playing.then(() => play(prompt, agent))
  }
  if (message.type === 'control_request') {
    const { subtype } = message.request
    if (subtype === 'initialize') hooks = message.request.hooks ?? {}
    const response = { commands: [], models: [], account: {} }
    send({ type: 'control_response', response: { subtype: 'success', request_id: message.request_id, response } })
    if (subtype === 'interrupt') stop()
  }
}
isDeaf = true
for (const answer of pending.values()) answer({})
await playing
