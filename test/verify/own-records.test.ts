import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { MAX_LISTED } from '../../src/verify/report.ts'
import { ownRecord, toolCall, toolCalls } from '../support/sealed-folder.ts'
import type { SealedFolder } from '../support/sealed-folder.ts'
import { changeLines, inShort, removeFolders, sealed, verified } from './support/verified.ts'

function intended(kind: string, name: string, callId: string): object {
  return ownRecord('ActionIntended', { kind, name, call_id: callId })
}

function ended(status: string, runId: string): object {
  const event_type = { type: 'AgentExecution', data: { agent_name: 'reviewer', status, goal: 'review' } }
  return { id: `end-${runId}`, event_type, run_id: runId }
}

describe('what the log says about itself', () => {
  after(removeFolders)

  it('counts AuditFailure records', async () => {
    const failure = ownRecord('AuditFailure', {})
    const folder = sealed({ records: [toolCall(0), failure, toolCall(1), failure] })
    expect((await verified(folder)).auditFailures).to.equal(2)
  })

  it('names what was adopted without a checkpoint', async () => {
    const adopted = ownRecord('AuditRecovered', { kind: 'adopted-unsealed', first_seq: '1', last_seq: '2' })
    const report = await verified(sealed({ records: [...toolCalls(3), adopted] }))
    expect(report).to.include({ status: 'intact' })
    expect(report.adopted).to.deep.equal([{ seq: 3, firstSeq: 1, lastSeq: 2 }])
  })

  it('is believed only where it is sealed and unaltered', async () => {
    const folder = sealed({
      records: [ownRecord('AuditFailure', {}), ownRecord('AuditFailure', {}), toolCall(0)],
      checkpoints: [1],
    })
    expect((await verified(folder)).auditFailures).to.equal(1)
    changeLines(folder, 'audit.jsonl', lines => lines.map(line => line.replace('"Info"', '"Infa"')))
    expect((await verified(folder)).auditFailures).to.equal(0)
  })

  it('is not confused by what tools say', async () => {
    const data = {
      tool_name: 'shell',
      call_id: 'a',
      output_preview: '"type":"Security","data":{"category":"AuditFailure"',
    }
    const labels = { type: 'Security', data: '"category":"AuditFailure"' }
    const folder = sealed({ records: [{ event_type: { type: 'ToolCall', data }, labels }] })
    expect((await verified(folder)).auditFailures).to.equal(0)
  })

  it('names announced actions without an outcome', async () => {
    const folder = sealed({
      records: [
        intended('ToolCall', 'shell', 'call-7'),
        toolCall(7),
        intended('ToolCall', 'shell', 'call-8'),
        intended('AgentExecution', 'reviewer', 'run-1'),
        ended('Started', 'run-1'),
        intended('AgentExecution', 'reviewer', 'run-2'),
        ended('Completed', 'run-2'),
        toolCall(9),
      ],
    })
    const report = await verified(folder)
    expect(report.status).to.equal('intact')
    expect(report.unfinished).to.deep.equal([
      { seq: 2, kind: 'ToolCall', name: 'shell', callId: 'call-8' },
      { seq: 3, kind: 'AgentExecution', name: 'reviewer', callId: 'run-1' },
    ])
  })

  it('finds outcomes far behind, in blocks that nobody looked into before', async () => {
    const folder = sealed({ records: [intended('ToolCall', 'shell', 'call-8999'), ...toolCalls(9000)] })
    expect((await verified(folder)).unfinished).to.deep.equal([])
  })

  it('is listed up to a limit, and counted beyond it', async () => {
    const many = Array.from({ length: MAX_LISTED + 5 }, (_, n) => intended('ToolCall', 'shell', `never-${n}`))
    const report = await verified(sealed({ records: many }))
    expect(report.unfinished).to.have.length(MAX_LISTED)
    expect(report.omitted.unfinished).to.equal(5)
  })

  describe('explains lines that are no records of this log:', () => {
    const plain = '{"id":"a"}\n{"id":"b"}\n'
    const left = (kind: string, bytes: number): object =>
      ownRecord('AuditRecovered', { kind, file: 'audit.jsonl.1', bytes: String(bytes) })

    function withPlainFile(records: readonly object[]): SealedFolder {
      const folder = sealed({ records })
      writeFileSync(join(folder.dir, 'audit.jsonl.1'), plain)
      return folder
    }

    it("another program's file that became a backup", async () => {
      const report = await verified(withPlainFile([left('other-program', plain.length), toolCall(1)]))
      expect(inShort(report)).to.deep.equal([])
      expect(report.files[0]).to.deep.equal({
        name: 'audit.jsonl.1',
        firstSeq: null,
        lastSeq: null,
        records: 0,
        bytes: 22,
      })
    })

    it('not one of another size, and none where no record says so', async () => {
      const problems = ['foreign-file audit.jsonl.1 -']
      expect(inShort(await verified(withPlainFile([left('other-program', 5), toolCall(1)])))).to.deep.equal(problems)
      expect(inShort(await verified(withPlainFile([toolCall(1)])))).to.deep.equal(problems)
    })

    it('a tail that could not be set aside', async () => {
      const records = toolCalls(3)
      const folder = sealed({ records: [...records, left('unmovable-tail', fileSize(records) + 8)], files: [3, 1] })
      changeLines(folder, 'audit.jsonl.1', lines => [...lines, 'garbage'])
      expect(inShort(await verified(folder))).to.deep.equal([])
      changeLines(folder, 'audit.jsonl.1', lines => ['garbage', ...lines.slice(0, -1)])
      expect(inShort(await verified(folder))).to.deep.equal(['inserted-line audit.jsonl.1:1 -'])
    })
  })
})

function fileSize(records: readonly object[]): number {
  return records.reduce((sum: number, record, seq) => sum + JSON.stringify({ ...record, seq }).length + 1, 0)
}
