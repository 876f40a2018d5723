import { expect } from 'chai'
import { modelHosts } from '../../../src/instrumentation/undici/model-hosts.ts'
import { modelPathOf } from '../../../src/instrumentation/undici/model-operation.ts'
import { providerOfUrl } from '../../../src/instrumentation/provider-name.ts'

describe('undici: requests that are looked at', () => {
  for (const [url, provider, operation, model] of [
    ['https://api.openai.com/v1/chat/completions', 'openai', 'chat', undefined],
    ['https://api.openai.com/v1/responses', 'openai', 'chat', undefined],
    ['https://api.openai.com/v1/embeddings', 'openai', 'embeddings', undefined],
    [
      'https://me.openai.azure.com/openai/deployments/mine/chat/completions?api-version=1',
      'azure.ai.openai',
      'chat',
      'mine',
    ],
    ['https://api.anthropic.com/v1/messages', 'anthropic', 'chat', undefined],
    [
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-x:streamGenerateContent?alt=sse',
      'google',
      'generate_content',
      'gemini-x',
    ],
    ['https://generativelanguage.googleapis.com/v1beta/models/e:batchEmbedContents', 'google', 'embeddings', 'e'],
    [
      'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/anthropic/models/claude:rawPredict',
      'gcp.vertex_ai',
      'chat',
      'claude',
    ],
    ['https://api.mistral.ai/v1/fim/completions', 'mistral_ai', 'text_completion', undefined],
    ['https://api.mistral.ai/v1/agents/completions', 'mistral_ai', 'chat', undefined],
    ['https://api.groq.com/openai/v1/chat/completions', 'groq', 'chat', undefined],
    ['https://api.cohere.com/v2/chat', 'cohere', 'chat', undefined],
    ['https://api.cohere.com/v2/embed', 'cohere', 'embeddings', undefined],
    ['https://api.deepseek.com/chat/completions', 'deepseek', 'chat', undefined],
    ['https://api.together.xyz/v1/chat/completions', 'together', 'chat', undefined],
    ['https://openrouter.ai/api/v1/chat/completions', 'openrouter', 'chat', undefined],
    ['https://api.x.ai/v1/chat/completions', 'x_ai', 'chat', undefined],
  ] as const) {
    it(`${url} is ${operation} of ${provider}`, () => {
      const { origin, pathname, search } = new URL(url)

      expect(modelHosts(undefined)(origin)).to.equal(true)
      expect(providerOfUrl(origin, 'nobody')).to.equal(provider)
      expect(modelPathOf('POST', pathname + search)).to.deep.equal({ operation, model })
    })
  }

  for (const path of [
    '/v1/models',
    '/v1/files',
    '/v1/threads/t/messages',
    '/v1/messages/count_tokens',
    '/v1/batches',
  ]) {
    it(`${path} asks no model`, () => {
      expect(modelPathOf('POST', path)).to.equal(undefined)
    })
  }

  it('only POST asks a model', () => {
    expect(modelPathOf('GET', '/v1/responses')).to.equal(undefined)
  })

  for (const host of ['example.com', 'notopenrouter.ai', 'api.openai.com.example.com', 'localhost']) {
    it(`${host} is no model server`, () => {
      expect(modelHosts(undefined)(`https://${host}`)).to.equal(false)
    })
  }

  it('servers can be named, with a port, and with their subdomains', () => {
    const isModelHost = modelHosts('models.example.com, localhost:11434,, .AI.example.org')
    const answers = [
      'https://models.example.com',
      'https://models.example.com:8443',
      'http://localhost:11434',
      'https://ai.example.org',
      'https://eu.ai.example.org',
      'http://localhost:8080',
      'https://example.com',
      'no origin',
    ].map(isModelHost)

    expect(answers).to.deep.equal([true, true, true, true, true, false, false, false])
  })
})
