/** Both versions of the protocol's packages, imported and required, behind what the tests need of them. */
import * as clientPackage from '@modelcontextprotocol/client'
import * as clientFile from '@modelcontextprotocol/sdk/client/index.js'
import * as memoryFile from '@modelcontextprotocol/sdk/inMemory.js'
import * as mcpFile from '@modelcontextprotocol/sdk/server/mcp.js'
import * as serverPackage from '@modelcontextprotocol/server'
import { createRequire } from 'node:module'
import { z } from 'zod'

export interface CallResult {
  readonly content: readonly { readonly type: string; readonly text?: string }[]
  readonly isError?: boolean
}

export interface CallOptions {
  readonly signal?: AbortSignal
  readonly timeout?: number
}

export interface ElicitationAnswer {
  readonly action: 'accept' | 'decline' | 'cancel'
  readonly content?: Record<string, unknown>
}

/** A client and a server that are connected in memory, with the tools `add`, `fail`, `hang` and `deploy`. */
export interface Pair {
  callTool(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<CallResult>
  /** The same by the method that everything goes through. */
  requestTool(name: string, args?: Record<string, unknown>): Promise<unknown>
  listTools(): Promise<unknown>
  close(): Promise<void>
}

/** Loaded copies of the packages. */
export interface Copy {
  readonly name: string
  readonly version: 1 | 2
  /** What an instrumentation attaches to. */
  readonly client: object
  readonly server: object
  /** Versions of 1 before 1.13 do not. */
  readonly asksPeople: boolean
  readonly connect: (answer?: () => ElicitationAnswer) => Promise<Pair>
}

interface Loaded {
  readonly name: string
  readonly version: 1 | 2
  readonly client: typeof clientFile
  readonly server: typeof mcpFile
  readonly memory: typeof memoryFile
}

const require = createRequire(import.meta.url)

/** The shapes are those of version 1; where version 2 differs the code below asks for the version. */
const LOADED: readonly Loaded[] = [
  { name: 'version 1, imported', version: 1, client: clientFile, server: mcpFile, memory: memoryFile },
  {
    name: 'version 1, required',
    version: 1,
    client: require('@modelcontextprotocol/sdk/client/index.js') as typeof clientFile,
    server: require('@modelcontextprotocol/sdk/server/mcp.js') as typeof mcpFile,
    memory: require('@modelcontextprotocol/sdk/inMemory.js') as typeof memoryFile,
  },
  loadedOfVersion2('version 2, imported', clientPackage, serverPackage),
  loadedOfVersion2(
    'version 2, required',
    require('@modelcontextprotocol/client'),
    require('@modelcontextprotocol/server'),
  ),
]

function loadedOfVersion2(name: string, client: unknown, server: unknown): Loaded {
  return {
    name,
    version: 2,
    client: client as typeof clientFile,
    server: server as typeof mcpFile,
    memory: client as typeof memoryFile,
  }
}

/** Version 2 needs a newer zod than early versions of 1 can use. */
const usable = LOADED.filter(({ version }) => version === 1 || 'looseObject' in z)

export const COPIES: readonly Copy[] = usable.map(loaded => ({
  name: loaded.name,
  version: loaded.version,
  client: loaded.client,
  server: loaded.version === 2 ? loaded.server : { ...loaded.server, Server: serverClassOf(loaded) },
  asksPeople: 'elicitInput' in (serverClassOf(loaded) as { prototype: object }).prototype,
  connect: answer => connect(loaded, answer),
}))

/** Everything that can be attached to. */
export const EXPORTED: readonly object[] = COPIES.flatMap(({ client, server }) => [client, server])

function serverClassOf({ server }: Loaded): unknown {
  return new server.McpServer({ name: 'x', version: '1' }).server.constructor
}

async function connect(loaded: Loaded, answer: () => ElicitationAnswer = () => ({ action: 'cancel' })): Promise<Pair> {
  const server = new loaded.server.McpServer({ name: 'calculator', version: '1.2.3' })
  const register = registrarOf(loaded, server)
  register('add', { a: z.number(), b: z.number() }, ({ a, b }) => textResult(String(Number(a) + Number(b))))
  register('fail', {}, () => ({ ...textResult('no disk'), isError: true }))
  register('hang', {}, (_, extra) => until(signalIn(extra)))
  register('deploy', {}, async () => {
    const requestedSchema = { type: 'object', properties: {} } as const
    const { action } = await server.server.elicitInput({ message: 'Deploy to production?', requestedSchema })
    return textResult(action)
  })
  const client = new loaded.client.Client(
    { name: 'agent', version: '9' },
    { capabilities: { elicitation: { form: {} } } },
  )
  const asked = (loaded.version === 2 ? 'elicitation/create' : ELICITATION) as typeof ELICITATION
  client.setRequestHandler(asked, () => answer() as never)
  const [clientSide, serverSide] = loaded.memory.InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(serverSide), client.connect(clientSide)])
  return {
    callTool: (name, args = {}, options = {}) => {
      const params = { name, arguments: args }
      if (loaded.version === 1) return client.callTool(params, undefined, options) as Promise<CallResult>
      return client.callTool(params, options as never) as Promise<CallResult>
    },
    requestTool: (name, args = {}) => {
      const asking = { method: 'tools/call', params: { name, arguments: args } } as const
      if (loaded.version === 1) return client.request(asking, RESULT)
      return (client.request as (request: object) => Promise<unknown>).call(client, asking)
    },
    listTools: () => client.listTools(),
    close: () => client.close(),
  }
}

const RESULT = z.object({ content: z.array(z.unknown()) })
const ELICITATION = z.object({
  method: z.literal('elicitation/create'),
  params: z.object({ message: z.string() }).passthrough(),
})

type Handler = (args: Record<string, unknown>, extra: unknown) => unknown
type Method = (...args: readonly unknown[]) => unknown

/** Early versions have another method for it, and leave arguments out where there is no schema. */
function registrarOf({ version }: Loaded, server: object): (name: string, shape: object, handler: Handler) => void {
  const method = Reflect.get(server, version === 1 ? 'tool' : 'registerTool') as Method
  return (name, shape, handler) => {
    if (version === 2) method.call(server, name, { inputSchema: z.object(shape as {}) }, handler)
    else if (Object.keys(shape).length > 0) method.call(server, name, shape, handler)
    else method.call(server, name, (extra: unknown) => handler({}, extra))
  }
}

/** Of what handlers get in version 1, in version 2. */
function signalIn(extra: unknown): AbortSignal {
  const { signal, mcpReq } = extra as { signal?: AbortSignal; mcpReq?: { signal: AbortSignal } }
  return signal ?? mcpReq?.signal ?? AbortSignal.abort()
}

/** Rejects once it is aborted. */
function until(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')))
  })
}

function textResult(text: string): { content: { type: 'text'; text: string }[] } {
  return { content: [{ type: 'text', text }] }
}
