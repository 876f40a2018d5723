import { EventEmitter, once } from 'node:events'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { detectResources } from '@opentelemetry/resources'
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { expect } from 'chai'
import { OtlpReceiver } from '../../support/otlp-receiver.ts'
import { ScriptedExporter, setUp } from './scripted-exporter.ts'

const resourceWith = (value: Promise<string>): ReturnType<typeof detectResources> =>
  detectResources({ detectors: [{ detect: () => ({ attributes: { 'cloud.region': value, 'known.at': 'once' } }) }] })

describe('asynchronous resource attributes', () => {
  let receiver: OtlpReceiver
  beforeEach(async () => {
    receiver = await new OtlpReceiver().start()
  })
  afterEach(() => receiver.stop())

  /** The resource attributes that arrive. */
  async function arriving(value: Promise<string>, timeoutMillis?: number): Promise<string[]> {
    const { processor } = setUp({ exporter: new OTLPLogExporter({ url: receiver.url }) })
    const provider = new LoggerProvider({ processors: [processor], resource: resourceWith(value) })
    provider.getLogger('test').emit({ body: 'a' })
    await processor.shutdown(timeoutMillis === undefined ? undefined : { timeoutMillis })
    const attributes = receiver.accepted[0]?.resourceLogs?.[0]?.resource?.attributes ?? []
    return attributes.map(({ key }) => key).toSorted()
  }

  it('are awaited before the export', async () => {
    const exporter = new ScriptedExporter()
    const { processor } = setUp({ exporter })
    const detected = new EventEmitter()
    const region = once(detected, 'region').then(([value]) => String(value))
    const provider = new LoggerProvider({ processors: [processor], resource: resourceWith(region) })
    provider.getLogger('test').emit({ body: 'a' })
    const flushed = processor.forceFlush()
    await new Promise(done => setTimeout(done, 10))
    expect(exporter.offered).to.deep.equal([])
    detected.emit('region', 'eu')
    await flushed
    expect(exporter.taken).to.deep.equal(['a'])
  })

  it('are awaited at shutdown too, for half of its time', async () => {
    const region = new Promise<string>(resolve => setTimeout(resolve, 30, 'eu'))
    expect(await arriving(region)).to.deep.equal(['cloud.region', 'known.at'])
  })

  it('that fail are left out', async () => {
    expect(await arriving(Promise.reject(new Error('no metadata server')))).to.deep.equal(['known.at'])
  })

  it('that never come do not hold the records back at shutdown', async () => {
    expect(await arriving(new Promise<never>(() => {}), 1000)).to.deep.equal(['known.at'])
  })

  it('that never come hold the records back for the export timeout only', async () => {
    const exporter = new ScriptedExporter()
    const { processor } = setUp({ exporter, exportTimeoutMillis: 20 })
    const resource = resourceWith(new Promise<never>(() => {}))
    const provider = new LoggerProvider({ processors: [processor], resource })
    provider.getLogger('test').emit({ body: 'a' })
    await processor.forceFlush()
    expect(exporter.taken).to.deep.equal(['a'])
  })
})
