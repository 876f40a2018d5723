import { LoggerProvider, SimpleLogRecordProcessor, InMemoryLogRecordExporter } from '@opentelemetry/sdk-logs'
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs'
import { expect } from 'chai'
import {
  createAuditLogger,
  JsonlLogRecordExporter,
  KansaError,
  LosslessBatchLogRecordProcessor,
} from '../../../src/index.ts'
import type { AuditLogger } from '../../../src/index.ts'
import { createMemoryAuditLogger } from '../../../src/testing.ts'
import { eventsIn, rejection, thrownBy, useAuditFolders } from './support/audit-folders.ts'
import type { AuditFolder } from './support/audit-folders.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

function processorFor(folder: AuditFolder): LosslessBatchLogRecordProcessor {
  return new LosslessBatchLogRecordProcessor({ exporter: new JsonlLogRecordExporter({ dir: folder.dir }) })
}

function behind(folder: AuditFolder, processors: LogRecordProcessor[], errors: KansaError[] = []): AuditLogger {
  const loggerProvider = folder.closeLater(new LoggerProvider({ processors }))
  return createAuditLogger({ loggerProvider, onError: error => errors.push(error) })
}

function processor(onEmit: LogRecordProcessor['onEmit']): LogRecordProcessor {
  return { onEmit, forceFlush: async () => {}, shutdown: async () => {} }
}

describe('a receipt', () => {
  const newFolder = useAuditFolders()
  const unhandled: unknown[] = []
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason)

  // Mocha's own listener would turn an unhandled rejection into a failure of whatever runs then.
  let mochas: NodeJS.UnhandledRejectionListener[] = []
  before(() => {
    mochas = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', onUnhandled)
  })
  after(() => {
    process.removeAllListeners('unhandledRejection')
    for (const listener of mochas) process.on('unhandledRejection', listener)
  })
  afterEach(async () => {
    await new Promise(resolve => setImmediate(resolve))
    expect(unhandled.splice(0)).to.deep.equal([])
  })

  it('comes at once, from each of the nine methods, with the id of the line', async () => {
    const folder = newFolder()
    const audit = folder.open()
    const agent = { agentName: 'a' }
    const receipts = [
      audit.logAgentStart(agent),
      audit.logAgentProgress(agent),
      audit.logAgentComplete(agent),
      audit.logAgentFailure(agent),
      audit.logAgentCancelled(agent),
      audit.logApiCall({ provider: 'openai', model: 'gpt-5' }),
      audit.logToolCall({ toolName: 'shell' }),
      audit.logTokenUsage({ entityId: 'a', entityType: 'agent', tokensConsumed: 1 }),
      audit.logSecurityEvent({ severity: 'Info', category: 'Other', message: 'm', source: 's' }),
    ]
    for (const receipt of receipts) expect(receipt.id).to.match(UUID_V7)
    const stored = await Promise.all(receipts.map(receipt => receipt.stored))
    // The log's own AuditStarted is 0.
    expect(stored).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9].map(seq => ({ seq })))
    const lines = folder.logged()
    expect(lines.map(line => line.id)).to.deep.equal(receipts.map(receipt => receipt.id))
    expect(lines.map(line => line.seq)).to.deep.equal(stored.map(record => record.seq))
  })

  it('is stored when its bytes are in the file, not earlier', async () => {
    const folder = newFolder()
    const audit = folder.open()
    await audit.flush()
    const { id, stored } = audit.logToolCall({ toolName: 'shell' })
    expect(folder.logged()).to.deep.equal([])
    await stored
    expect(folder.logged().map(event => event.id)).to.deep.equal([id])
  })

  it('that rejects and that nobody waits for ends no process', async () => {
    const folder = newFolder()
    const closed = folder.open()
    await closed.shutdown()
    const unread: unknown[] = [
      closed.logToolCall({ toolName: 'shell' }).stored,
      behind(folder, []).logToolCall({ toolName: 'shell' }).stored,
    ]
    const memory = createMemoryAuditLogger()
    await memory.shutdown()
    unread.push(memory.logToolCall({ toolName: 'shell' }).stored)
    expect(unread).to.have.length(3)
    // What is unhandled is told at the end of a turn: afterEach looks.
  })

  it('may be looked at long after, and more than once', async () => {
    const folder = newFolder()
    const audit = folder.open()
    const receipt = audit.logToolCall({ toolName: 'shell' })
    await audit.shutdown()
    expect(await receipt.stored).to.deep.equal({ seq: 1 })
    expect(await receipt.stored).to.deep.equal({ seq: 1 })
  })

  it('rejects with KANSA_CLOSED after shutdown, and nothing is thrown', async () => {
    const folder = newFolder()
    const errors: KansaError[] = []
    const audit = folder.open({ onError: error => errors.push(error) })
    const closing = audit.shutdown()
    const receipt = audit.logToolCall({ toolName: 'shell' })
    const error = await rejection(receipt.stored)
    expect(error).to.be.instanceOf(KansaError)
    expect(error.code).to.equal('KANSA_CLOSED')
    await closing
    expect(folder.logged()).to.deep.equal([])
    expect(errors.map(({ code }) => code)).to.deep.equal(['KANSA_CLOSED'])
  })

  it('rejects with KANSA_NOT_RECORDED where the provider has no processor of ours', async () => {
    const folder = newFolder()
    const errors: KansaError[] = []
    const stock = new SimpleLogRecordProcessor({ exporter: new InMemoryLogRecordExporter() })
    for (const processors of [[], [stock], [processor(() => {})]]) {
      const error = await rejection(behind(folder, processors, errors).logToolCall({ toolName: 'shell' }).stored)
      expect(error.code).to.equal('KANSA_NOT_RECORDED')
      expect(error.message).to.contain('log record processor')
    }
    expect(errors.map(({ code }) => code)).to.deep.equal(Array(3).fill('KANSA_NOT_RECORDED'))
  })

  it('rejects with KANSA_NOT_RECORDED where a processor before ours throws, which the agent does not feel', async () => {
    const folder = newFolder()
    const broken = processor(() => {
      throw new Error('broken processor')
    })
    const audit = behind(folder, [broken, processorFor(folder)])
    const error = await rejection(audit.logToolCall({ toolName: 'shell' }).stored)
    expect([error.code, error.message.includes('broken processor')]).to.deep.equal(['KANSA_NOT_RECORDED', true])
    expect(error.cause).to.be.instanceOf(Error)
  })

  it('resolves where a processor behind ours throws', async () => {
    const folder = newFolder()
    const broken = processor(() => {
      throw new Error('broken processor')
    })
    const audit = behind(folder, [processorFor(folder), broken])
    expect(await audit.logToolCall({ toolName: 'shell' }).stored).to.deep.equal({ seq: 1 })
  })

  it('rejects where the provider was shut down, or thins by severity', async () => {
    const folder = newFolder()
    const loggerProvider = new LoggerProvider({
      processors: [processorFor(folder)],
      loggerConfigurator: () => ({ enabled: true, minimumSeverity: 13, traceBased: false }),
    })
    const audit = createAuditLogger({ loggerProvider })
    expect((await rejection(audit.logToolCall({ toolName: 'shell' }).stored)).code).to.equal('KANSA_NOT_RECORDED')
    expect(await audit.logToolCall({ toolName: 'shell', error: 'failed' }).stored).to.deep.equal({ seq: 1 })
    await loggerProvider.shutdown()
    const late = await rejection(audit.logToolCall({ toolName: 'shell', error: 'failed' }).stored)
    expect(late.code).to.equal('KANSA_NOT_RECORDED')
    expect(eventsIn(`${folder.dir}/audit.jsonl`)).to.have.length(3)
  })

  it('is not given for a malformed event: that is thrown, and nothing is written', async () => {
    const folder = newFolder()
    const audit = folder.open()
    const wrong: [() => unknown, string][] = [
      [() => audit.logToolCall({ toolName: 7 as never }), 'toolName'],
      [() => audit.logToolCall({} as never), 'toolName'],
      [() => audit.logToolCall(undefined as never), 'input'],
      [() => audit.logToolCall({ toolName: 'x', durationMs: -1 }), 'durationMs'],
      [() => audit.logToolCall({ toolName: 'x', timestamp: 'yesterday' }), 'timestamp'],
      [() => audit.logToolCall({ toolName: 'x', toolname: 'y' } as never), 'toolname'],
      [() => audit.logApiCall({ provider: 'p', model: 'm', promptTokens: 1.5 }), 'promptTokens'],
      [
        () => audit.logSecurityEvent({ severity: 'Bad' as never, category: 'c', message: 'm', source: 's' }),
        'severity',
      ],
      [() => audit.logToolCall({ toolName: 'x', labels: { a: 1 as never } }), 'labels'],
      [() => audit.logAgentStart({} as never), 'agentName'],
      [() => audit.logAgentStart(undefined as never), 'agentName'],
      [
        () =>
          audit.logAgentStart({
            get agentName(): string {
              throw new Error('getter')
            },
          }),
        'it throws Error',
      ],
      [
        () =>
          audit.logToolCall({
            get toolName(): string {
              throw new Error('getter')
            },
          }),
        'it throws Error',
      ],
      [
        () =>
          audit.logToolCall({
            toolName: 'x',
            get traceId(): string {
              throw new Error('getter')
            },
          }),
        'it throws Error',
      ],
      [() => audit.logEvent(null as never), 'event'],
    ]
    for (const [call, path] of wrong) {
      const error = thrownBy(call)
      expect([error.code, error.message.includes(path)], error.message).to.deep.equal(['KANSA_INVALID_EVENT', true])
    }
    await audit.flush()
    expect(folder.logged()).to.deep.equal([])
  })
})
