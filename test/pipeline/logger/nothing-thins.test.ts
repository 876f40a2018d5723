import { context, logs, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { suppressTracing } from '@opentelemetry/core'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { AlwaysOffSampler, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect } from 'chai'
import { createAuditLogger, JsonlLogRecordExporter, LosslessBatchLogRecordProcessor } from '../../../src/index.ts'
import type { AuditLogger } from '../../../src/index.ts'
import { useAuditFolders, useEnvironment } from './support/audit-folders.ts'
import type { AuditFolder } from './support/audit-folders.ts'

const ARTIFACTS = Array.from({ length: 500 }, (_, i) => `artifact-${i}`)
const LABELS = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`label-${i}`, 'x'.repeat(1000)]))

function logOne(audit: AuditLogger): void {
  audit.logAgentComplete({ agentName: 'a', goal: 'g'.repeat(5000), artifacts: ARTIFACTS, labels: LABELS })
}

async function expectWhole(folder: AuditFolder, audit: AuditLogger): Promise<void> {
  await audit.flush()
  const [event] = folder.of('AgentExecution')
  expect(event?.event_type.data.goal).to.have.length(5000)
  expect(event?.event_type.data.artifacts).to.deep.equal(ARTIFACTS)
  expect(event?.labels).to.deep.equal(LABELS)
  expect(event?.cut).to.equal(undefined)
}

describe('the audit is never thinned', () => {
  const newFolder = useAuditFolders()
  const setEnvironment = useEnvironment()

  afterEach(() => {
    logs.disable()
    trace.disable()
    context.disable()
  })

  it('by OTEL_SDK_DISABLED, OTEL_LOGS_EXPORTER=none, or limits in the environment', async () => {
    setEnvironment({
      OTEL_SDK_DISABLED: 'true',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_ATTRIBUTE_COUNT_LIMIT: '1',
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '1',
      OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '1',
      OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: '1',
      OTEL_TRACES_SAMPLER: 'always_off',
    })
    const folder = newFolder()
    const audit = folder.open()
    logOne(audit)
    await expectWhole(folder, audit)
  })

  it('by the application’s provider: its limits, severity, sampling and shutdown', async () => {
    const exporter = new InMemoryLogRecordExporter()
    const provider = new LoggerProvider({
      processors: [new SimpleLogRecordProcessor({ exporter })],
      logRecordLimits: { attributeCountLimit: 1, attributeValueLengthLimit: 1 },
      loggerConfigurator: () => ({ enabled: true, minimumSeverity: 24, traceBased: true }),
    })
    logs.setGlobalLoggerProvider(provider)
    const folder = newFolder()
    const audit = folder.open()
    logOne(audit)
    await provider.shutdown()
    audit.logToolCall({ toolName: 'after' })
    await expectWhole(folder, audit)
    expect(folder.of('ToolCall')).to.have.length(1)
    expect(exporter.getFinishedLogRecords()).to.deep.equal([])
  })

  it('by an unsampled span or suppressed tracing around the call', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    const tracer = new TracerProvider({ sampler: new AlwaysOffSampler() }).getTracer('app')
    const folder = newFolder()
    const audit = folder.open()
    tracer.startActiveSpan('unsampled', () => logOne(audit))
    context.with(suppressTracing(context.active()), () => audit.logToolCall({ toolName: 'suppressed' }))
    await expectWhole(folder, audit)
    expect(folder.of('ToolCall')).to.have.length(1)
  })

  it('by suppressed tracing or an unsampled span through a provider of the application’s own either', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    const folder = newFolder()
    const exporter = new JsonlLogRecordExporter({ dir: folder.dir })
    const processors = [new LosslessBatchLogRecordProcessor({ exporter })]
    const audit = createAuditLogger({ loggerProvider: folder.closeLater(new LoggerProvider({ processors })) })
    const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 }
    const around = trace.setSpanContext(suppressTracing(context.active()), span)
    await context.with(around, () => audit.logToolCall({ toolName: 'suppressed' }).stored)
    expect(folder.of('ToolCall')).to.have.length(1)
  })

  it('and nothing global of OpenTelemetry’s is registered', () => {
    const folder = newFolder()
    folder.open().logToolCall({ toolName: 'shell' })
    // Registering succeeds only where nobody else registered.
    expect(logs.setGlobalLoggerProvider(new LoggerProvider())).to.equal(true)
    expect(trace.setGlobalTracerProvider(new TracerProvider())).to.equal(true)
    expect(context.setGlobalContextManager(new AsyncLocalStorageContextManager())).to.equal(true)
  })
})
