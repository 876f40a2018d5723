/**
 * LangChain: models and tools of `@langchain/core`, whichever package makes them, and graphs of `@langchain/langgraph`, which
 * the agents of `langchain` are. Attached below its callbacks, at the methods through which all of it goes: with a callback handler,
 * messages get ids that they do not have without one, and what a callback sees is not inside of the call.
 */
import { isObject, readProperty } from '../../pipeline/observe/property.ts'
import type { Patches } from '../patches.ts'
import type { Sdk } from '../sdk.ts'
import { attachToModels, attachToQueue } from './model-calls.ts'
import { attachToRuns, CHAINS, GRAPH } from './runs.ts'
import { attachToTools } from './tool-calls.ts'

/** By the class that has the methods: what is exported is mostly derived from it. */
const ATTACHMENTS: ReadonlyMap<string, (prototype: unknown, patches: Patches) => void> = new Map([
  ['BaseChatModel', attachToModels],
  ['BaseLLM', attachToModels],
  ['AsyncCaller', attachToQueue],
  ['StructuredTool', attachToTools],
  ...[GRAPH, ...CHAINS].map(
    ({ className, ...kind }) =>
      [className, (prototype: unknown, patches: Patches) => attachToRuns(kind, prototype, patches)] as const,
  ),
])

const CORE_FILES = [
  'language_models/chat_models',
  'language_models/llms',
  'runnables/base',
  'tools/index',
  'utils/async_caller',
]

export const LANGCHAIN: Sdk = {
  name: 'langchain',
  packages: [
    { name: '@langchain/core', range: { from: '1.0.1', below: '2.0.0' }, files: filesOf(CORE_FILES), attach },
    {
      name: '@langchain/langgraph',
      range: { from: '1.0.0', below: '2.0.0' },
      files: filesOf(['pregel/index']),
      attach,
    },
  ],
}

function filesOf(names: readonly string[]): readonly string[] {
  return names.flatMap(name => ['js', 'cjs'].map(extension => `dist/${name}.${extension}`))
}

/** `exported`: a module's exports, or a class: its own or one that is derived from ours. */
function attach(exported: unknown, patches: Patches): void {
  const values = isObject(exported) ? [exported, ...Object.keys(exported).map(key => readProperty(exported, key))] : []
  const prototypes = new Set(values.filter(value => typeof value === 'function').flatMap(prototypesOf))
  let attached = false
  for (const prototype of prototypes) {
    const constructor = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
    const attachTo = ATTACHMENTS.get(String(readProperty(constructor, 'name')))
    attachTo?.(prototype, patches)
    attached ||= attachTo !== undefined
  }
  if (!attached) throw new TypeError('there is no class of LangChain that is known')
}

/** Of a class and of all that it is derived from. */
function prototypesOf(constructor: object): readonly object[] {
  const chain: object[] = []
  for (let each = readProperty(constructor, 'prototype'); isObject(each); each = Object.getPrototypeOf(each)) {
    chain.push(each)
  }
  return chain
}
