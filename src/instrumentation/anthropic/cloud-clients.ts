/** Anthropic's packages for other clouds. Their clients are made of classes of `@anthropic-ai/sdk`, at which calls are audited. */
import { isObject, readProperty } from '../../pipeline/observe/property.ts'
import { AZURE_FOUNDRY, BEDROCK, providerOfUrl, VERTEX_AI } from '../provider-name.ts'
import type { SdkPackage } from '../sdk.ts'

const OWN = 'anthropic'

/** By the client's class, which may be pointed at a gateway: so it is asked before the URL. */
const PROVIDERS: ReadonlyMap<unknown, string> = new Map([
  ['AnthropicBedrock', BEDROCK],
  ['AnthropicBedrockMantle', BEDROCK],
  ['AnthropicVertex', VERTEX_AI],
  ['AnthropicFoundry', AZURE_FOUNDRY],
  // Run by Anthropic, billed by AWS.
  ['AnthropicAws', OWN],
])

export const CLOUD_PACKAGES: readonly SdkPackage[] = [
  { name: '@anthropic-ai/bedrock-sdk', range: { from: '0.12.4', below: '2.0.0' }, attach: checkClients },
  { name: '@anthropic-ai/vertex-sdk', range: { from: '0.7.0', below: '2.0.0' }, attach: checkClients },
  { name: '@anthropic-ai/foundry-sdk', range: { from: '0.2.0', below: '2.0.0' }, attach: checkClients },
  { name: '@anthropic-ai/aws-sdk', range: { from: '0.2.0', below: '2.0.0' }, attach: checkClients },
]

// Owned by `noteBase`: the prototypes that clients of this process may be derived from, one for each copy of the SDK.
const bases = new WeakSet<object>()

/** @param base prototype at which requests are counted */
export function noteBase(base: unknown): void {
  if (isObject(base)) bases.add(base)
}

/** Nothing is to be patched here; but it is said where a package is used whose copy of the SDK nobody has seen. */
function checkClients(exported: unknown): void {
  const values = isObject(exported) ? [exported, ...Object.keys(exported).map(key => readProperty(exported, key))] : []
  const clients = values.filter(value => chainOf(value).some(each => PROVIDERS.has(ownName(each))))
  if (clients.length === 0) throw new TypeError('there is no client that is known')
  const areKnown = clients.every(client => chainOf(readProperty(client, 'prototype')).some(each => bases.has(each)))
  if (!areKnown) throw new TypeError('hand over the @anthropic-ai/sdk that it is made of, before it')
}

/** Who answers a client's calls. */
export function providerOfClient(client: unknown): string {
  // What newer versions call it in their own spans; with Foundry and AWS that is Anthropic too.
  const told = readProperty(client, '_genAIProviderName')
  if (typeof told === 'string' && told !== OWN) return told
  const constructor = readProperty(client, 'constructor')
  const known = chainOf(constructor)
    .map(each => PROVIDERS.get(ownName(each)))
    .find(provider => provider !== undefined)
  return known ?? providerOfUrl(readProperty(client, 'baseURL'), OWN)
}

/** A class and those it is derived from, or the same of a prototype. */
function chainOf(value: unknown): readonly object[] {
  const chain: object[] = []
  for (let each = value; isObject(each); each = Object.getPrototypeOf(each)) chain.push(each)
  return chain
}

function ownName(value: object): unknown {
  return Object.hasOwn(value, 'name') ? readProperty(value, 'name') : undefined
}
