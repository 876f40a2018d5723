/** `query` with the documented protocol of hooks, in this process: for where the SDK is not installed. */
import { play } from './scenarios.mjs'

export class AbortError extends Error {}

export function query({ prompt, options = {} }) {
  const queue = []
  let wake = () => {}
  let stop = () => {}
  let isOver = false
  let hasTasks = false
  let failure
  const stopped = new Promise(resolve => (stop = resolve))
  const send = message => {
    queue.push(message)
    // But for tasks that go on, one prompt has one result.
    if (message.type === 'system' && message.subtype === 'task_started') hasTasks = true
    if (message.type === 'result' && typeof prompt === 'string' && !hasTasks)
      transport.processStdin.writableEnded = true
    wake()
  }
  const hookCallbacks = new Map()
  const byEvent = new Map()
  for (const [event, matchers] of Object.entries(options.hooks ?? {})) {
    const hooks = matchers.flatMap(matcher => matcher.hooks)
    byEvent.set(
      event,
      hooks.map(hook => {
        const id = `hook_${hookCallbacks.size}`
        hookCallbacks.set(id, hook)
        return id
      }),
    )
  }
  const waiting = new Map()
  let isClosed = false
  // What fails here is handled by nobody, as in versions up to 0.2.77 at least.
  const transport = {
    processStdin: { writableEnded: false },
    write: text => {
      if (isClosed || options.abortController?.signal.aborted) throw new AbortError('Operation aborted')
      if (transport.processStdin.writableEnded) {
        process.nextTick(() => {
          throw new Error('write after end')
        })
        return
      }
      const { request_id, response } = JSON.parse(text).response
      waiting.get(request_id)(response)
    },
  }
  async function handleControlRequest({ request_id, request: { callback_id, input, tool_use_id } }) {
    const output = await hookCallbacks.get(callback_id)(input, tool_use_id, { signal: new AbortController().signal })
    const response = { subtype: 'success', request_id, response: output ?? {} }
    transport.write(JSON.stringify({ type: 'control_response', response }))
  }
  const fire = async (event, input, tool_use_id) => {
    const outputs = []
    for (const callback_id of byEvent.get(event) ?? []) {
      const request_id = `r${waiting.size}`
      const answered = new Promise(resolve => waiting.set(request_id, resolve))
      void self.handleControlRequest({
        type: 'control_request',
        request_id,
        request: { subtype: 'hook_callback', callback_id, input, tool_use_id },
      })
      outputs.push(await answered)
    }
    return outputs
  }
  const ask = (name, input, toolUseID) =>
    options.canUseTool?.(name, input, { toolUseID, signal: new AbortController().signal })
  const fail = error => {
    failure = error
    wake()
  }
  options.abortController?.signal.addEventListener('abort', () => fail(new AbortError('Operation aborted')))
  const crash = () => fail(new Error('Claude Code process exited with code 1'))
  const agent = { send, fire, ask, stopped, crash }
  const playAll = async () => {
    const prompts = typeof prompt === 'string' ? [{ message: { content: prompt } }] : prompt
    for await (const { message } of prompts) await play(message.content, agent)
  }
  const end = () => {
    isOver = true
    wake()
  }
  async function* messages() {
    for (;;) {
      if (queue.length > 0) yield queue.shift()
      else if (failure !== undefined) throw failure
      else if (isOver) return
      else await new Promise(resolve => (wake = resolve))
    }
  }
  const self = Object.assign(messages(), {
    interrupt: async () => stop(),
    setPermissionMode: async () => {},
    close: () => {
      isClosed = true
      end()
    },
    hookCallbacks,
    transport,
    handleControlRequest,
  })
  playAll().then(end, fail)
  return self
}
