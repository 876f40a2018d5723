import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { expect } from 'chai'
import { checkpointLogRecord } from '../../../src/events/checkpoint-log-record.ts'
import type { LogCheckpoint } from '../../../src/events/checkpoint-log-record.ts'
import { JsonlLogRecordExporter, LosslessBatchLogRecordProcessor } from '../../../src/index.ts'
import { checkpointsIn } from '../../journal/support/stored-seal.ts'
import { OtlpReceiver } from '../../support/otlp-receiver.ts'
import type { OtlpLogRecord } from '../../support/otlp-receiver.ts'
import { useCapturedDiag } from './support/captured-diag.ts'
import { present, useAuditFolders } from './support/audit-folders.ts'

const EVENT_NAME = 'agent_audit.log.checkpoint'

function checkpointsOf(receiver: OtlpReceiver): OtlpLogRecord[] {
  return receiver.records.filter(record => record.eventName === EVENT_NAME)
}

function attributesOf(record: OtlpLogRecord): Record<string, unknown> {
  return Object.fromEntries(
    (record.attributes ?? []).map(({ key, value }) => [key, String(Object.values(value)[0])] as const),
  )
}

describe('checkpoints as log records', () => {
  const newFolder = useAuditFolders()
  let receiver: OtlpReceiver

  beforeEach(async () => {
    receiver = await new OtlpReceiver().start()
  })
  afterEach(() => receiver.stop())

  it('leave the machine, each of them with its whole note, so that nobody can roll the log back unseen', async () => {
    const folder = newFolder()
    const audit = folder.open({ otlp: { url: receiver.url }, origin: 'example.com/audit' })
    for (let i = 0; i < 3; i++) {
      audit.logToolCall({ toolName: 'shell' })
      await audit.flush()
    }
    await audit.shutdown()
    const stored = checkpointsIn(folder.dir)
    expect(stored.map(({ size }) => size)).to.deep.equal([0, 2, 3, 4, 5])
    expect(checkpointsOf(receiver).map(attributesOf)).to.deep.equal(
      stored.map(({ origin, size, root, note }) => ({
        'otel.event.name': EVENT_NAME,
        'agent_audit.log.origin': origin,
        'agent_audit.log.tree_size': String(size),
        'agent_audit.log.root_hash': root,
        'agent_audit.log.signed_note': note,
      })),
    )
    expect(stored[0]?.origin).to.equal('example.com/audit')
  })

  it('say what they are to people', async () => {
    const folder = newFolder()
    const audit = folder.open({ otlp: { url: receiver.url }, origin: 'example.com/audit' })
    await audit.flush()
    await audit.shutdown()
    const [empty, first] = checkpointsOf(receiver)
    expect(empty).to.deep.include({
      severityNumber: 9,
      body: { stringValue: 'checkpoint: 0 records of example.com/audit' },
    })
    expect(first?.body?.stringValue).to.equal('checkpoint: 1 record of example.com/audit')
  })

  it('are no lines of the journal, not even where they come through its exporter', async () => {
    const folder = newFolder()
    const told: LogCheckpoint[] = []
    const exporter = new JsonlLogRecordExporter({ dir: folder.dir, onCheckpoint: checkpoint => told.push(checkpoint) })
    const processors = [new LosslessBatchLogRecordProcessor({ exporter })]
    const provider = folder.closeLater(new LoggerProvider({ processors }))
    await provider.forceFlush()
    provider.getLogger('application').emit(checkpointLogRecord(present(told[0])))
    expect(exporter.passedOverCount).to.equal(1)
    await provider.shutdown()
    expect(folder.events()).to.deep.equal([])
  })
})

describe('whoever is told about checkpoints', () => {
  const newFolder = useAuditFolders()
  const captureDiag = useCapturedDiag()

  it('may fail without harm: the log is sealed all the same', async () => {
    const captured = captureDiag()
    const folder = newFolder()
    const exporter = new JsonlLogRecordExporter({
      dir: folder.dir,
      onCheckpoint: () => {
        throw new Error('no room for it')
      },
    })
    const processors = [new LosslessBatchLogRecordProcessor({ exporter })]
    const provider = folder.closeLater(new LoggerProvider({ processors }))
    await provider.forceFlush()
    await provider.shutdown()
    expect(captured.errors.join('\n')).to.include('onCheckpoint threw: no room for it')
    expect(checkpointsIn(folder.dir)).to.have.length(1)
  })
})
