/** Clients of other clouds, which need packages of their own: only the version matrix installs these. */
import { createRequire } from 'node:module'
import type { Anthropic } from '@anthropic-ai/sdk'

interface ClientOptions {
  readonly url: string
  readonly maxRetries?: number
}

/** A package's exports: the classes of its clients. */
type Exported = Readonly<Record<string, new (options: object) => Anthropic>>

interface Copy {
  readonly name: string
  readonly exported: Exported
}

export interface Cloud {
  readonly className: string
  readonly packageName: string
  readonly provider: string
  /** Everything that signing a request needs, so that nothing is looked for outside. */
  readonly options: object
  /** Before the paths of the API. */
  readonly path?: string
}

export interface InstalledCloud extends Cloud {
  readonly copies: readonly Copy[]
}

const AWS_KEYS = { awsAccessKey: 'none', awsRegion: 'eu-west-1' }
const googleAuth = {
  getClient: () => Promise.resolve({ projectId: 'project', getRequestHeaders: () => Promise.resolve(new Headers()) }),
}

export const CLOUDS: readonly Cloud[] = [
  {
    className: 'AnthropicBedrock',
    packageName: '@anthropic-ai/bedrock-sdk',
    provider: 'aws.bedrock',
    options: { ...AWS_KEYS, awsSecretKey: 'none' },
  },
  {
    className: 'AnthropicBedrockMantle',
    packageName: '@anthropic-ai/bedrock-sdk',
    provider: 'aws.bedrock',
    options: { ...AWS_KEYS, awsSecretAccessKey: 'none' },
  },
  {
    className: 'AnthropicVertex',
    packageName: '@anthropic-ai/vertex-sdk',
    provider: 'gcp.vertex_ai',
    options: { googleAuth, projectId: 'project', region: 'europe-west1' },
    path: '/v1',
  },
  {
    className: 'AnthropicFoundry',
    packageName: '@anthropic-ai/foundry-sdk',
    provider: 'azure.ai.inference',
    options: { apiKey: 'none' },
  },
  {
    className: 'AnthropicAws',
    packageName: '@anthropic-ai/aws-sdk',
    provider: 'anthropic',
    options: { ...AWS_KEYS, awsSecretAccessKey: 'none', workspaceId: 'none' },
  },
]

const require = createRequire(import.meta.url)

/** How a program gets a package. Undefined where it is not installed. */
export const WAYS = [
  { name: 'imported', load: (name: string) => unlessMissing(async () => (await import(name)) as Exported) },
  { name: 'required', load: (name: string) => unlessMissing(() => require(name) as Exported) },
] as const

async function unlessMissing(load: () => Exported | Promise<Exported>): Promise<Exported | undefined> {
  try {
    return await load()
  } catch (error) {
    if (String(Object(error).code).endsWith('_NOT_FOUND')) return undefined
    throw error
  }
}

/** What each way of getting it gives, for the clouds whose package is installed in a version that has the client. */
export async function installedClouds(): Promise<readonly InstalledCloud[]> {
  const installed: InstalledCloud[] = []
  for (const cloud of CLOUDS) {
    const copies: Copy[] = []
    for (const { name, load } of WAYS) {
      const exported = await load(cloud.packageName)
      if (exported?.[cloud.className] !== undefined) copies.push({ name, exported })
    }
    if (copies.length > 0) installed.push({ ...cloud, copies })
  }
  return installed
}

/** @throws Error where the package, or this version of it, has no such client */
export function cloudClientOf(
  { className, options, path = '' }: Cloud,
  exported: Exported,
  { url, maxRetries = 0 }: ClientOptions,
): Anthropic {
  const Client = exported[className]
  if (Client === undefined) throw new Error(`there is no ${className}`)
  return new Client({ ...options, baseURL: `${url}${path}`, maxRetries })
}
