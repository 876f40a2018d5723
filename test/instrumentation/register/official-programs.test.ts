/** What SDKs give to try them with, as it is: the examples in their packages, and their helpers for tests. */
import { createServer } from 'node:net'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { runProgram } from '../support/run-program.ts'
import type { ProgramOptions, ProgramResult } from '../support/run-program.ts'

const OFFICIAL = join(import.meta.dirname, 'official')
const MCP_EXAMPLES = join(
  dirname(fileURLToPath(import.meta.resolve('@modelcontextprotocol/sdk/client'))),
  '../examples',
)
/** They call the notifying tool, all at the same time, in one session each or in the same. */
const MCP_CLIENTS = [
  { client: 'multipleClientsParallel.js', calls: 3 },
  { client: 'streamableHttpWithSseFallbackClient.js', calls: 1 },
]

describe('what is official, under kansa/register', () => {
  for (const { program, recorded } of [
    { program: 'ai-helpers.ts', recorded: { AgentExecution: 6, ApiCall: 4, ToolCall: 1 } },
    { program: 'langchain-helpers.ts', recorded: { AgentExecution: 2, ApiCall: 5, ToolCall: 2 } },
  ]) {
    it(`${program} has the same output and is recorded`, async () => {
      const path = join(OFFICIAL, program)
      const without = await runProgram(path)
      const audited = await runProgram(path, { register: 'import' })

      expect(audited).to.include({ code: 0, stdout: without.stdout, stderr: without.stderr, journals: 1 })
      expect(kindsIn(audited)).to.deep.equal(recorded)
    })
  }

  it('examples of MCP, clients and a server, have the same output and are recorded on both sides', async () => {
    const [without, audited] = await Promise.all([runMcp({}), runMcp({ register: 'import' })])

    expect(audited.output).to.deep.equal(without.output)
    expect(audited.clients).to.deep.equal(MCP_CLIENTS.map(({ calls }) => calls))
    expect(audited.served).to.equal(4)
    expect([without.clients, without.served]).to.deep.equal([[0, 0], 0])
  })
})

interface McpRun {
  readonly output: readonly (readonly string[])[]
  /** Tool calls recorded by each client, and by the server. */
  readonly clients: readonly number[]
  readonly served: number
}

async function runMcp(options: ProgramOptions): Promise<McpRun> {
  const port = await freePort()
  const url = `http://localhost:${port}/mcp`
  const listening = Promise.withResolvers<() => void>()
  const server = runProgram(join(MCP_EXAMPLES, 'server/simpleStreamableHttp.js'), {
    ...options,
    env: { MCP_PORT: String(port) },
    onOutput: (stdout, interrupt) => {
      if (stdout.includes('listening')) listening.resolve(interrupt)
    },
  })
  server.catch((error: unknown) => listening.reject(error))
  const interrupt = await listening.promise
  const clients = await Promise.all(
    MCP_CLIENTS.map(({ client }) => runProgram(join(MCP_EXAMPLES, 'client', client), { ...options, args: [url] })),
  )
  interrupt()
  const { code, events } = await server
  expect([code, ...clients.map(client => client.code)]).to.deep.equal([0, 0, 0])
  return {
    output: clients.map(({ stdout, stderr }) => withoutChance(`${stdout}${stderr}`)),
    clients: clients.map(client => kindsIn(client)['ToolCall'] ?? 0),
    served: kindsIn({ events })['ToolCall'] ?? 0,
  }
}

/** Lines without times, ids and ports; what several clients say at the same time comes in any order. */
function withoutChance(output: string): readonly string[] {
  const lines = output
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}-[0-9a-f-]{27}|localhost:\d+/g, '…')
    .split('\n')
    .filter(line => !/Notification|Client error|^ +at /.test(line))
  return lines.toSorted()
}

function kindsIn({ events }: Pick<ProgramResult, 'events'>): Partial<Record<string, number>> {
  const kinds: Partial<Record<string, number>> = {}
  for (const { event_type: of } of events) if (of.type !== 'Security') kinds[of.type] = (kinds[of.type] ?? 0) + 1
  return kinds
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('it listens nowhere')
  return address.port
}
