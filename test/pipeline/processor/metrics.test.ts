import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { expect } from 'chai'
import { emitNumbered, rejection, ScriptedExporter, setUp } from './scripted-exporter.ts'

describe('the processor’s own metrics', () => {
  it('count what was delivered, refused and left over, under OpenTelemetry’s names', async () => {
    const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
    const reader = new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 3_600_000 })
    const selfObsMeterProvider = new MeterProvider({ readers: [reader] })
    const points = async (name: string): Promise<Record<string, unknown>> => {
      memory.reset()
      await selfObsMeterProvider.forceFlush()
      const all = memory.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(scope => scope.metrics))
      const found = all.find(metric => metric.descriptor.name === name)?.dataPoints ?? []
      return Object.fromEntries(
        found.map(point => [(point.attributes['error.type'] as string | undefined) ?? 'ok', point.value]),
      )
    }

    const exporter = new ScriptedExporter()
    exporter.script.push('take', 'fail')
    const { processor, logger } = setUp(
      { exporter, selfObsMeterProvider, maxQueueBytes: 20_000, maxExportBatchSize: 10, scheduledDelayMillis: 60_000 },
      { firstRetryMillis: 60_000, lastRetryMillis: 60_000 },
    )
    emitNumbered(logger, 0, 20)
    for (let i = 0; i < 3; i++) logger.emit({ body: 'x'.repeat(15_000) })
    await rejection(processor.forceFlush())
    expect(await points('otel.sdk.processor.log.queue.size')).to.deep.equal({ ok: 10 })
    expect(await points('otel.sdk.processor.log.queue.capacity')).to.deep.equal({ ok: 2048 })
    exporter.otherwise = 'fail'
    await processor.shutdown({ timeoutMillis: 1 })
    expect(await points('otel.sdk.processor.log.processed')).to.deep.equal({ ok: 10, queue_full: 3, shutdown: 10 })
    await selfObsMeterProvider.shutdown()
  })
})
