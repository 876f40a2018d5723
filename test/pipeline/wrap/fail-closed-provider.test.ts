import { BatchLogRecordProcessor, InMemoryLogRecordExporter, LoggerProvider } from '@opentelemetry/sdk-logs'
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs'
import { expect } from 'chai'
import {
  createAuditLogger,
  JsonlLogRecordExporter,
  KansaError,
  LosslessBatchLogRecordProcessor,
  wrapTool,
} from '../../../src/index.ts'
import type { AuditLogger } from '../../../src/index.ts'
import { thrownBy, useAuditFolders } from '../logger/support/audit-folders.ts'
import { OtlpReceiver } from '../../support/otlp-receiver.ts'
import type { AuditFolder } from '../logger/support/audit-folders.ts'

function behind(folder: AuditFolder, processors: LogRecordProcessor[]): AuditLogger {
  const loggerProvider = folder.closeLater(new LoggerProvider({ processors }))
  return createAuditLogger({ loggerProvider, onFailure: 'block' })
}

function journal(folder: AuditFolder): LosslessBatchLogRecordProcessor {
  return new LosslessBatchLogRecordProcessor({ exporter: new JsonlLogRecordExporter({ dir: folder.dir }) })
}

function queue(): LosslessBatchLogRecordProcessor {
  return new LosslessBatchLogRecordProcessor({ exporter: new InMemoryLogRecordExporter() })
}

describe('behind a provider of the application’s own, onFailure `block`', () => {
  const newFolder = useAuditFolders()

  it('lets through what the journal among its processors has, wherever that stands', () => {
    for (const arrange of [
      (folder: AuditFolder) => [journal(folder)],
      (folder: AuditFolder) => [journal(folder), queue()],
      (folder: AuditFolder) => [queue(), journal(folder)],
    ]) {
      const folder = newFolder()
      const logger = behind(folder, arrange(folder))
      expect(wrapTool(() => folder.contexts('ActionIntended').length, { toolName: 't', logger })()).to.equal(1)
    }
  })

  it('refuses where no processor can say that the record is stored, and says what to do', () => {
    const folder = newFolder()
    let calls = 0
    for (const [processors, advice] of [
      [[queue()], 'give `dir`'],
      [[new BatchLogRecordProcessor({ exporter: new InMemoryLogRecordExporter() })], 'log record processor'],
      [[], 'log record processor'],
    ] as const) {
      const error = thrownBy(wrapTool(() => calls++, { toolName: 't', logger: behind(folder, [...processors]) }))
      expect(error).to.be.instanceOf(KansaError).with.property('code', 'KANSA_NOT_RECORDED')
      expect(error.message).to.include(advice)
    }
    expect(calls).to.equal(0)
  })

  it('refuses what a processor before the journal broke', () => {
    const folder = newFolder()
    const broken: LogRecordProcessor = {
      onEmit: () => {
        throw new Error('broken processor')
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    }
    const logger = behind(folder, [broken, journal(folder)])
    expect(thrownBy(wrapTool(() => 1, { toolName: 't', logger })).message).to.include('broken processor')
  })
})

describe('without a journal, onFailure as a function', () => {
  it('lets through what it does not block, and refuses the rest', async () => {
    const receiver = await new OtlpReceiver().start()
    const logger = createAuditLogger({
      dir: false,
      otlp: { url: receiver.url },
      onFailure: ({ name }) => (name === 'deploy' ? 'block' : 'report'),
    })
    expect(wrapTool(() => 1, { toolName: 'read', logger })()).to.equal(1)
    const error = thrownBy(wrapTool(() => 1, { toolName: 'deploy', logger }))
    expect([error.code, error.message.includes('give `dir`')]).to.deep.equal(['KANSA_NOT_RECORDED', true])
    await logger.shutdown()
    await receiver.stop()
    const [, why] = receiver.bodies.filter(body => body.includes('tool deploy'))
    expect(why).to.match(/^tool deploy was denied: the tool deploy was not run/)
  })
})
