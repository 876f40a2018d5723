/** `query` with the documented protocol of hooks, in this process: for where the SDK is not installed. */
import { play } from './scenarios.mjs'

export class AbortError extends Error {}

export function query({ prompt, options = {} }) {
  const queue = []
  let wake = () => {}
  let stop = () => {}
  let isOver = false
  let failure
  const stopped = new Promise(resolve => (stop = resolve))
  const send = message => {
    queue.push(message)
    wake()
  }
  const fire = async (event, input, id) => {
    const outputs = []
    for (const { hooks } of options.hooks?.[event] ?? []) {
      for (const hook of hooks) outputs.push((await hook(input, id, { signal: new AbortController().signal })) ?? {})
    }
    return outputs
  }
  const ask = async (name, input, toolUseID) =>
    options.canUseTool?.(name, input, { toolUseID, signal: new AbortController().signal }) ?? { behavior: 'allow' }
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
  playAll().then(end, fail)

  async function* messages() {
    for (;;) {
      if (queue.length > 0) yield queue.shift()
      else if (failure !== undefined) throw failure
      else if (isOver) return
      else await new Promise(resolve => (wake = resolve))
    }
  }
  return Object.assign(messages(), {
    interrupt: async () => stop(),
    setPermissionMode: async () => {},
    close: () => end(),
  })
}
