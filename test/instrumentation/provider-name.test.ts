import { expect } from 'chai'
import { providerOfUrl } from '../../src/instrumentation/provider-name.ts'

describe('the provider behind a base URL', () => {
  for (const [url, provider] of [
    ['https://bedrock-runtime.eu-west-1.amazonaws.com', 'aws.bedrock'],
    ['https://bedrock-runtime-fips.us-east-1.amazonaws.com', 'aws.bedrock'],
    ['https://vpce-0123-abc.bedrock-runtime.us-east-1.vpce.amazonaws.com', 'aws.bedrock'],
    ['https://bedrock-mantle.us-east-1.api.aws/anthropic', 'aws.bedrock'],
    ['https://bedrock-runtime.cn-north-1.amazonaws.com.cn', 'aws.bedrock'],
    ['https://aws-external-anthropic.us-east-1.api.aws', 'anthropic'],
    ['https://europe-west1-aiplatform.googleapis.com/v1', 'gcp.vertex_ai'],
    ['https://aiplatform.googleapis.com/v1', 'gcp.vertex_ai'],
    ['https://aiplatform.eu.rep.googleapis.com/v1', 'gcp.vertex_ai'],
    ['https://generativelanguage.googleapis.com', 'google'],
    ['https://me.openai.azure.com/openai', 'azure.ai.openai'],
    ['https://me.cognitiveservices.azure.com/openai', 'azure.ai.openai'],
    ['https://me.services.ai.azure.com/openai/v1/', 'azure.ai.openai'],
    ['https://me.services.ai.azure.com/anthropic/', 'azure.ai.inference'],
    ['https://bedrock-runtime.example.com', 'bedrock-runtime.example.com'],
    ['https://bedrock-runtime.eu.amazonaws.com.example.com', 'bedrock-runtime.eu.amazonaws.com.example.com'],
    // Names that anybody may give a bucket.
    ['https://bedrock-runtime.s3.amazonaws.com', 'bedrock-runtime.s3.amazonaws.com'],
    ['https://my-bedrock-runtime.eu-west-1.amazonaws.com', 'my-bedrock-runtime.eu-west-1.amazonaws.com'],
  ] as const) {
    it(`${url} is ${provider}`, () => {
      expect(providerOfUrl(url, 'nobody')).to.equal(provider)
    })
  }

  it('is the one that is assumed where there is no URL', () => {
    expect(providerOfUrl(undefined, 'nobody')).to.equal('nobody')
  })
})
