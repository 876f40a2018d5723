import { expect } from 'chai'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { ChatRequest } from '../../examples/agent-runtime/chat-wire.ts'
import { startScriptedModel } from '../../examples/agent-runtime/scripted-model.ts'
import type { ScriptedModel } from '../../examples/agent-runtime/scripted-model.ts'
import { dataOf, readJournal, startExample, temporaryFolder, until } from './support/run-example.ts'

const PROGRAM = 'examples/agent-runtime/main.ts'

interface ReceivedRequest {
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: ChatRequest
}

/** A model service that answers every request by `answer`. */
async function startService(
  answer: (request: ReceivedRequest, response: ServerResponse) => void,
): Promise<{ baseUrl: string; received: ReceivedRequest[]; server: Server }> {
  const received: ReceivedRequest[] = []
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body: ChatRequest = JSON.parse(await text(request))
    const entry = { url: request.url, headers: request.headers, body }
    received.push(entry)
    answer(entry, response)
  }
  const server = createServer((request, response) => void receive(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { baseUrl: `http://127.0.0.1:${port}/v1/`, received, server }
}

describe('the agent runtime example with a model service of the user', () => {
  const folder = temporaryFolder()
  let server: Server | undefined

  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
    server = undefined
  })

  after(() => folder.remove())

  it('asks the service that OPENAI_BASE_URL names, with its key and model', async () => {
    const service = await startService(({ body }, response) => {
      const head = { id: 'x', created: 1, model: 'real-1' }
      const message = { role: 'assistant', content: 'Nothing to do.' }
      const usage = { prompt_tokens: 30, completion_tokens: 12, total_tokens: 42 }
      if (body.stream === true) {
        response.end(
          `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta: message }] })}\n\ndata: [DONE]\n\n`,
        )
      } else {
        response.end(JSON.stringify({ ...head, choices: [{ index: 0, message, finish_reason: 'stop' }], usage }))
      }
    })
    server = service.server
    const env = {
      KANSA_DIR: `${folder.path}/real`,
      OPENAI_BASE_URL: service.baseUrl,
      OPENAI_API_KEY: 'sk-from-the-test',
      OPENAI_MODEL: 'wanted-1',
    }
    const example = startExample(PROGRAM, { env })
    expect(await example.ended, example.output()).to.equal(0)

    const [first] = service.received
    expect(first?.url).to.equal('/v1/chat/completions')
    expect(first?.headers.authorization).to.equal('Bearer sk-from-the-test')
    expect(first?.body.model).to.equal('wanted-1')
    const [call] = dataOf(readJournal(env.KANSA_DIR), 'ApiCall')
    expect(call).to.include({ provider: '127.0.0.1', model: 'wanted-1', response_model: 'real-1', total_tokens: 42 })
    expect(JSON.stringify(readJournal(env.KANSA_DIR)) + example.output()).not.to.include('sk-from-the-test')
  })

  it('does all its tasks with a scripted model that runs elsewhere', async () => {
    const model: ScriptedModel = await startScriptedModel()
    const env = { KANSA_DIR: `${folder.path}/elsewhere`, OPENAI_BASE_URL: model.baseUrl }
    const example = startExample(PROGRAM, { env })
    expect(await example.ended, example.output()).to.equal(0)
    await model.close()
    const states = dataOf(readJournal(env.KANSA_DIR), 'AgentExecution').map(data => data.status)
    expect(states.filter(status => status === 'Started')).to.have.lengthOf(5)
    expect(states.filter(status => status === 'Completed')).to.have.lengthOf(4)
    expect(states.filter(status => status === 'Cancelled')).to.have.lengthOf(1)
  })

  it('tries three times, records each attempt, and fails with exit code 1', async () => {
    const service = await startService((_request, response) => {
      response.writeHead(503, { 'retry-after-ms': '1' }).end('{"error":{"message":"overloaded"}}')
    })
    server = service.server
    const env = { KANSA_DIR: `${folder.path}/failing`, OPENAI_BASE_URL: service.baseUrl }
    const example = startExample(PROGRAM, { args: ['--short'], env })
    expect(await example.ended, example.output()).to.equal(1)
    const events = readJournal(env.KANSA_DIR)
    expect(dataOf(events, 'ApiCall').map(data => data.status_code)).to.deep.equal([503, 503, 503])
    expect(dataOf(events, 'AgentExecution').at(-1)).to.include({ status: 'Failed', error: '503 overloaded' })
  })

  it('spends no more than its budget', async () => {
    const service = await startService(({ body }, response) => {
      const call = {
        id: `c${body.messages.length}`,
        type: 'function',
        function: { name: 'list_files', arguments: '{}' },
      }
      const message = { role: 'assistant', content: null, tool_calls: [call] }
      const usage = { prompt_tokens: 29_000, completion_tokens: 1_000, total_tokens: 30_000 }
      response.end(JSON.stringify({ id: 'x', choices: [{ index: 0, message, finish_reason: 'tool_calls' }], usage }))
    })
    server = service.server
    const env = { KANSA_DIR: `${folder.path}/budget`, OPENAI_BASE_URL: service.baseUrl }
    const example = startExample(PROGRAM, { args: ['--short'], env })
    expect(await example.ended, example.output()).to.equal(1)
    const events = readJournal(env.KANSA_DIR)
    expect(service.received).to.have.lengthOf(2)
    const finding = dataOf(events, 'Security').find(data => data.category === 'BudgetExceeded')
    expect(finding).to.include({ severity: 'Critical', action: 'Blocked' })
    expect(dataOf(events, 'AgentExecution').at(-1)).to.include({ status: 'Failed', error_type: 'BudgetExceeded' })
  })

  for (const { what, args, env, exitCode, message } of [
    { what: 'an unknown flag', args: ['--shrt'], env: {}, exitCode: 2, message: '--shrt' },
    { what: 'a root that is not there', args: ['--root', '/none'], env: {}, exitCode: 1, message: '/none' },
    { what: 'a URL that is none', args: [], env: { OPENAI_BASE_URL: 'none' }, exitCode: 1, message: 'OPENAI_BASE_URL' },
  ]) {
    it(`says what is wrong with ${what}, with exit code ${exitCode}`, async () => {
      const example = startExample(PROGRAM, { args, env: { KANSA_DIR: `${folder.path}/wrong`, ...env } })
      expect(await example.ended).to.equal(exitCode)
      expect(example.output())
        .to.include(message)
        .and.not.match(/^ {4}at /m)
    })
  }

  it('says why a service cannot be reached', async () => {
    const model = await startScriptedModel()
    await model.close()
    const env = { KANSA_DIR: `${folder.path}/absent`, OPENAI_BASE_URL: model.baseUrl }
    const example = startExample(PROGRAM, { args: ['--short'], env })
    expect(await example.ended).to.equal(1)
    expect(example.output()).to.include('ECONNREFUSED')
  })

  for (const { signal, exitCode } of [
    { signal: 'SIGINT', exitCode: 130 },
    { signal: 'SIGTERM', exitCode: 143 },
  ] as const) {
    it(`${signal} cancels the run and leaves a complete journal`, async () => {
      const service = await startService(() => {})
      server = service.server
      const env = { KANSA_DIR: `${folder.path}/${signal}`, OPENAI_BASE_URL: service.baseUrl }
      const example = startExample(PROGRAM, { env })
      await until(() => service.received.length > 0, 'the first request')
      example.child.kill(signal)
      expect(await example.ended, example.output()).to.equal(exitCode)
      const events = readJournal(env.KANSA_DIR)
      expect(dataOf(events, 'ApiCall').map(data => data.error_type)).to.deep.equal(['cancelled'])
      expect(dataOf(events, 'AgentExecution').map(data => data.status)).to.deep.equal(['Started', 'Cancelled'])
      expect(dataOf(events, 'Security').at(-1)?.category).to.equal('AuditStopped')
      expect(example.output()).to.include('Interrupted')
    })
  }

  it('ends its run when nobody reads its output any more', async () => {
    const service = await startService(() => {})
    server = service.server
    const env = { KANSA_DIR: `${folder.path}/pipe`, OPENAI_BASE_URL: service.baseUrl }
    const example = startExample(PROGRAM, { env })
    await until(() => service.received.length > 0, 'the first request')
    example.child.stdout?.destroy()
    service.server.closeAllConnections()
    await example.ended
    const events = readJournal(env.KANSA_DIR)
    expect(dataOf(events, 'Security').at(-1)?.category).to.equal('AuditStopped')
  })
})
