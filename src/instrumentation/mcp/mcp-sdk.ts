/**
 * The Model Context Protocol: calls of tools by clients, and calls that servers handle; versions 1 (one package) and 2 (one
 * for clients, one for servers). What is sent stays as it is.
 */
import { guarded } from '../../pipeline/observe/fault.ts'
import { hasMethods, isObject, readData, readProperty } from '../../pipeline/observe/property.ts'
import { observeSettling } from '../../pipeline/observe/settling.ts'
import type { PatchedCall, Patches } from '../patches.ts'
import type { Sdk } from '../sdk.ts'
import { noteTools } from '../tool-registry.ts'
import { auditedClientHandler, callTool, request } from './client-calls.ts'
import { attachToRequired } from './required-files.ts'
import { auditedServerHandler, elicitInput } from './server-calls.ts'

const NAME = 'mcp'
const FILES = ['client/index.js', 'server/index.js', 'server/mcp.js']

export const MCP: Sdk = {
  name: NAME,
  packages: [
    {
      name: '@modelcontextprotocol/sdk',
      range: { from: '1.10.0', below: '2.0.0' },
      files: ['esm', 'cjs'].flatMap(format => FILES.map(file => `dist/${format}/${file}`)),
      attach,
    },
    { name: '@modelcontextprotocol/client', range: { from: '2.0.0', below: '3.0.0' }, attach },
    { name: '@modelcontextprotocol/server', range: { from: '2.0.0', below: '3.0.0' }, attach },
  ],
  attachGlobally: patches => attachToRequired(NAME, patches, exported => attach(exported, patches)),
}

/** What is attached to, by the name of the class and the methods that tell it from others: versions differ. */
const CLASSES = [
  { name: 'Client', methods: ['callTool'], attachTo: attachToClient },
  { name: 'Server', methods: ['setRequestHandler'], attachTo: attachToServer },
  { name: 'McpServer', methods: ['registerTool', 'tool'], attachTo: attachToMcpServer },
] as const

/** `exported`: the exports of a package or file, or one of the classes. */
function attach(exported: unknown, patches: Patches): void {
  const found = CLASSES.flatMap(({ name, attachTo }) => {
    const prototype = readProperty(readProperty(exported, name), 'prototype')
    return prototype === undefined ? [] : [{ prototype, attachTo }]
  })
  const own = readProperty(exported, 'prototype')
  const itself = CLASSES.filter(({ methods }) => methods.some(method => hasMethods(own, method))).slice(0, 1)
  const all = [...found, ...itself.map(({ attachTo }) => ({ prototype: own, attachTo }))]
  if (all.length === 0) throw new TypeError('there is no class Client, Server or McpServer')
  for (const { prototype, attachTo } of all) attachTo(prototype, patches)
}

function attachToClient(prototype: unknown, patches: Patches): void {
  patches.method(prototype, 'callTool', callTool)
  patches.method(prototype, 'request', request)
  // Only versions from 1.24 of the first line know tasks.
  if (hasMethods(prototype, 'requestStream')) patches.method(prototype, 'requestStream', request)
  patches.method(prototype, 'setRequestHandler', call => withHandler(call, auditedClientHandler))
  patches.method(prototype, 'listTools', call => {
    const listed = call.proceed()
    observeSettling(listed, { ended: false, fulfilled: noteListed, rejected: () => {} })
    return listed
  })
}

function attachToServer(prototype: unknown, patches: Patches): void {
  patches.method(prototype, 'setRequestHandler', call => withHandler(call, auditedServerHandler))
  // Versions before 1.13 ask nothing.
  if (hasMethods(prototype, 'elicitInput')) patches.method(prototype, 'elicitInput', elicitInput)
}

function attachToMcpServer(prototype: unknown, patches: Patches): void {
  for (const name of ['registerTool', 'tool']) {
    if (!hasMethods(prototype, name)) continue
    patches.method(prototype, name, call => {
      noteTools(NAME, [call.args[0]])
      // Its class may not have been met: it is not always exported beside this one.
      guarded('attaching to a server', () => attachToServer(prototypeOf(readProperty(call.self, 'server')), patches))
      return call.proceed()
    })
  }
}

function prototypeOf(value: unknown): unknown {
  return isObject(value) ? Object.getPrototypeOf(value) : undefined
}

/** The handler is the last argument; a schema may be before it. */
function withHandler(call: PatchedCall, audited: (handler: object, self: unknown) => object): unknown {
  const index = call.args.findLastIndex(argument => typeof argument === 'function')
  const handler = call.args[index]
  if (typeof handler !== 'function') return call.proceed()
  return call.proceed(call.args.with(index, audited(handler, call.self)))
}

function noteListed(list: unknown): void {
  guarded('noting tools', () => {
    const tools = readData(list, 'tools')
    if (Array.isArray(tools))
      noteTools(
        NAME,
        tools.map((tool: unknown) => readData(tool, 'name')),
      )
  })
}
