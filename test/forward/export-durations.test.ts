import { type Histogram, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { expect } from 'chai'
import type { ExportOperation } from '../../src/forward/export-operation.ts'
import { eventually, useAuditFolders } from '../pipeline/logger/support/audit-folders.ts'
import { useDeliveries, writeLog } from './support/deliveries.ts'
import { answer, HANG, type Reply, RESET, TAKE } from './support/endpoint.ts'

const TIMEOUT_MILLIS = 100

class AskedReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

describe('what is told about an export', () => {
  const newFolder = useAuditFolders()
  const { endpoint: newEndpoint, deliver } = useDeliveries()

  /** Exports of a small log up to the first delivery, the first answers being so. */
  async function exportsAfter(...replies: readonly Reply[]): Promise<ExportOperation[]> {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 3)
    let request = 0
    endpoint.reply = (...args) => (replies[request++] ?? TAKE)(...args)
    const exports: ExportOperation[] = []
    const otlp = { url: endpoint.url, timeoutMillis: TIMEOUT_MILLIS }
    await deliver(folder.dir, otlp, { onExport: operation => exports.push(operation) }).drained()
    return exports
  }

  it('is one operation, without a failure, however many attempts it took', async () => {
    const [first, ...more] = await exportsAfter(answer(503), HANG, RESET, answer(403))
    expect(first?.end).to.deep.equal({ status: 200, errorType: undefined })
    expect(first?.seconds).to.be.at.least(TIMEOUT_MILLIS / 2000)
    expect(more).to.deep.equal([])
  })

  it('is the status where the records were refused, for each part that was tried', async () => {
    const exports = await exportsAfter(answer(400))
    expect(exports[0]?.end).to.deep.equal({ status: 400, errorType: '400' })
    expect(exports.slice(1).map(({ end }) => end.errorType)).to.include(undefined)
  })

  it('is a rejection where some records were', async () => {
    const body = JSON.stringify({ partialSuccess: { rejectedLogRecords: 1, errorMessage: 'too old' } })
    const [first] = await exportsAfter(answer(200, { 'content-type': 'application/json' }, body))
    expect(first?.end).to.deep.equal({ status: 200, errorType: 'rejected' })
  })

  const endings: readonly (readonly [string, Reply, string])[] = [
    ['never answers', HANG, 'timeout'],
    ['resets connections', RESET, 'ECONNRESET'],
    ['is none for OTLP', answer(200, { 'content-type': 'text/html' }, '<html>'), '_OTHER'],
    ['wants another key', answer(401), '401'],
  ]
  for (const [what, reply, errorType] of endings) {
    it(`is the last failure where delivery ends before an endpoint that ${what} takes anything`, async () => {
      const folder = newFolder()
      const endpoint = await newEndpoint()
      await writeLog(folder, 3)
      endpoint.reply = reply
      const exports: ExportOperation[] = []
      const otlp = { url: endpoint.url, timeoutMillis: TIMEOUT_MILLIS }
      const delivery = deliver(folder.dir, otlp, { onExport: operation => exports.push(operation) })
      await eventually(() => delivery.troubles.length > 1, 'two attempts')
      await delivery.close()
      expect(exports.map(({ end }) => end.errorType)).to.deep.equal([errorType])
    })
  }

  it('is a histogram of OpenTelemetry, in seconds, for each destination', async () => {
    const [well, strict] = [await newEndpoint(), await newEndpoint()]
    strict.reply = answer(401)
    const reader = new AskedReader()
    const meterProvider = new MeterProvider({ readers: [reader] })
    const otlp = [
      { name: 'well', url: well.url },
      { name: 'strict', url: strict.url },
    ]
    const audit = newFolder().open({ otlp, meterProvider })
    audit.logToolCall({ toolName: 'shell' })
    await eventually(() => strict.arrivals.length > 0, 'a refusal')
    await audit.shutdown()
    const { resourceMetrics } = await reader.collect()
    const found = resourceMetrics.scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .find(({ descriptor }) => descriptor.name === 'otel.sdk.exporter.operation.duration')
    expect(found?.descriptor.unit).to.equal('s')
    const points = (found?.dataPoints ?? []).map(({ attributes, value }) => ({
      name: attributes['otel.component.name'],
      port: attributes['server.port'],
      status: attributes['http.response.status_code'],
      error: attributes['error.type'],
      isCounted: (value as Histogram).count > 0,
    }))
    const portOf = (url: string): number => Number(new URL(url).port)
    expect(points).to.have.deep.members([
      { name: 'kansa/well', port: portOf(well.url), status: 200, error: undefined, isCounted: true },
      { name: 'kansa/strict', port: portOf(strict.url), status: 401, error: '401', isCounted: true },
    ])
    await meterProvider.shutdown()
  })
})
