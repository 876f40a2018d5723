import { BatchLogRecordProcessor, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { expect } from 'chai'
import { createAuditLogger, JsonlLogRecordExporter, toLogRecord } from '../../../src/index.ts'
import { createMemoryAuditLogger } from '../../../src/testing.ts'
import { rejection, useAuditFolders } from '../logger/support/audit-folders.ts'

describe('JsonlLogRecordExporter', () => {
  const newFolder = useAuditFolders()

  for (const [name, processorOf] of [
    ['BatchLogRecordProcessor', exporter => new BatchLogRecordProcessor({ exporter })],
    ['SimpleLogRecordProcessor', exporter => new SimpleLogRecordProcessor({ exporter })],
  ] satisfies [string, (exporter: JsonlLogRecordExporter) => BatchLogRecordProcessor | SimpleLogRecordProcessor][]) {
    it(`writes what OpenTelemetry's ${name} hands over`, async () => {
      const folder = newFolder()
      const exporter = new JsonlLogRecordExporter({ dir: folder.dir })
      const provider = folder.closeLater(new LoggerProvider({ processors: [processorOf(exporter)] }))
      const memory = createMemoryAuditLogger()
      for (let i = 0; i < 100; i++) memory.logToolCall({ toolName: 'shell', callId: String(i), userId: 'alice' })
      const logger = provider.getLogger('app')
      for (const event of memory.events) logger.emit(toLogRecord(event))
      await provider.forceFlush()
      // `seq` is given when the bytes are appended: AuditStarted is 0.
      expect(folder.logged()).to.deep.equal(memory.events.map((event, i) => ({ ...event, seq: i + 1 })))
      await provider.shutdown()
      expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
    })

    it(`stores what a logger emits through ${name}, but gives no receipt for it`, async () => {
      const folder = newFolder()
      const exporter = new JsonlLogRecordExporter({ dir: folder.dir })
      const loggerProvider = folder.closeLater(new LoggerProvider({ processors: [processorOf(exporter)] }))
      const audit = createAuditLogger({ loggerProvider })
      const { id, stored } = audit.logToolCall({ toolName: 'shell' })
      await audit.flush()
      expect(folder.logged().map(event => event.id)).to.deep.equal([id])
      expect((await rejection(stored)).code).to.equal('KANSA_NOT_RECORDED')
    })
  }

  it('reports success only for what it has taken', async () => {
    const folder = newFolder()
    const exporter = new JsonlLogRecordExporter({ dir: folder.dir })
    const codes: number[] = []
    exporter.export([], result => codes.push(result.code))
    await exporter.shutdown()
    exporter.export([], result => codes.push(result.code))
    expect(codes).to.deep.equal([0, 1])
  })

  it('makes durable what was exported, and shuts down once', async () => {
    const folder = newFolder()
    const exporter = new JsonlLogRecordExporter({ dir: folder.dir })
    await exporter.forceFlush()
    const closing = exporter.shutdown()
    expect(exporter.shutdown()).to.equal(closing)
    await closing
    await exporter.forceFlush()
  })

  it('names the folder it really writes to', async () => {
    const folder = newFolder()
    const first = folder.closeLater(new JsonlLogRecordExporter({ dir: folder.dir }))
    expect(first.dir).to.equal(folder.dir)
    const second = folder.closeLater(new JsonlLogRecordExporter({ dir: folder.dir, onLocked: 'own-folder' }))
    expect(second.dir.startsWith(`${folder.dir}/writers/`)).to.equal(true)
  })
})
