import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { expect } from 'chai'
import * as first from '../../../src/index.ts'
import { eventsIn, rejection, thrownBy, useAuditFolders } from './support/audit-folders.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

describe('two copies of the package in one process', () => {
  // Before the folders are deleted.
  afterEach(async () => {
    await first.getAuditLogger()?.shutdown()
  })
  const newFolder = useAuditFolders()
  const copyDir = mkdtempSync(join(tmpdir(), 'kansa-copy-'))
  let second: typeof first

  before(async () => {
    cpSync(join(ROOT, 'src'), join(copyDir, 'src'), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(copyDir, 'node_modules'))
    writeFileSync(join(copyDir, 'package.json'), '{"type":"module"}')
    second = await import(pathToFileURL(join(copyDir, 'src/index.ts')).href)
  })

  after(() => rmSync(copyDir, { recursive: true, force: true }))

  it('are two copies', () => {
    expect(second.initAuditLogger).to.not.equal(first.initAuditLogger)
    expect(second.KansaError).to.not.equal(first.KansaError)
  })

  it('have one logger, whichever made it', async () => {
    const { dir } = newFolder()
    const audit = second.initAuditLogger({ dir, previewLength: 7 })
    expect(first.getAuditLogger()).to.equal(audit)
    expect(first.initAuditLogger({ dir, previewLength: 7 })).to.equal(audit)
    expect(thrownBy(() => first.initAuditLogger({ dir })).code).to.equal('KANSA_ALREADY_INITIALIZED')
    await first.getAuditLogger()?.shutdown()
    expect(second.getAuditLogger()).to.equal(undefined)
  })

  it('keep early events for each other', async () => {
    const { dir } = newFolder()
    const data = {
      severity: 'Info',
      category: 'Other',
      message: 'm',
      source: 's',
      action: 'Logged',
      context: {},
    } as const
    const receipt = first.logAuditEvent(first.createAuditEvent('early', { type: 'Security', data }))
    second.initAuditLogger({ dir })
    expect(await receipt.stored).to.deep.equal({ seq: 1 })
  })

  it('see each other’s runs and context', async () => {
    const folder = newFolder()
    const audit = first.initAuditLogger({ dir: folder.dir })
    const runId = second.withAuditContext({ userId: 'alice' }, () =>
      first.withAgent({ agentName: 'a', goal: 'g' }, run => {
        second.wrapTool(() => 'done', { toolName: 'shell' })()
        second.withAgent({ agentName: 'nested', goal: 'g' }, () => {})
        return run.runId
      }),
    )
    await audit.flush()
    const [call] = folder.of('ToolCall')
    expect([call?.run_id, call?.user_id]).to.deep.equal([runId, 'alice'])
    const nested = folder.of('AgentExecution').find(event => event.event_type.data.agent_name === 'nested')
    expect([nested?.parent_run_id, nested?.user_id]).to.deep.equal([runId, 'alice'])
  })

  it('understand each other’s receipts', async () => {
    const folder = newFolder()
    const exporter = new second.JsonlLogRecordExporter({ dir: folder.dir })
    const loggerProvider = folder.closeLater(
      new LoggerProvider({ processors: [new second.LosslessBatchLogRecordProcessor({ exporter })] }),
    )
    const audit = first.createAuditLogger({ loggerProvider })
    const receipt = audit.logToolCall({ toolName: 'shell' })
    expect(await receipt.stored).to.deep.equal({ seq: 1 })
    expect(eventsIn(`${folder.dir}/audit.jsonl`)[1]?.id).to.equal(receipt.id)
    await exporter.shutdown()
    expect((await rejection(audit.logToolCall({ toolName: 'shell' }).stored)).code).to.equal('KANSA_CLOSED')
  })
})
