/** `fetch` of Node, as a client without an SDK uses it: a chat completion. */
import type { Calls } from '../driver.ts'

export function open(url: string): Calls {
  const messages = [{ role: 'user', content: 'What is the weather in Paris? Answer in one word.' }]
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages }),
  }
  return {
    modelCall: async () => (await fetch(`${url}/v1/chat/completions`, request)).json(),
  }
}
