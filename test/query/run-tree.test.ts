import { expect } from 'chai'
import { openLogs } from '../../src/journal/open-logs.ts'
import { DamageLog } from '../../src/query/damage-log.ts'
import { findRun, type RunNode } from '../../src/query/run-tree.ts'
import { useFolders } from '../journal/reader/support/test-lines.ts'
import { eventText, runText, START, writeLines } from './stats/support.ts'

const ROOT = 'run-root-0001'

describe('a run as a tree', () => {
  const newFolder = useFolders()
  const runIn = async (files: Readonly<Record<string, readonly string[]>>): Promise<RunNode | undefined> => {
    const dir = newFolder()
    writeLines(dir, files)
    const logs = openLogs(dir)
    try {
      return await findRun(ROOT, logs, { damage: new DamageLog() })
    } finally {
      for (const log of logs) log.close()
    }
  }
  const toolText = (second: number, run: string, millis: number, more: object = {}): string => {
    const begun = new Date(START + second * 1000 - millis).toISOString()
    const data = {
      tool_name: 'shell',
      execution_time: begun,
      duration_ms: millis,
      success: true,
      permission_granted: true,
    }
    return eventText(second, 'ToolCall', data, { run_id: run, ...more })
  }

  it('has its calls, its nested runs and theirs, and nothing of other runs', async () => {
    const child = { parent_run_id: ROOT }
    const grandchild = { parent_run_id: 'child' }
    const run = await runIn({
      'audit.jsonl': [
        runText(0, ROOT, 'Started'),
        runText(0, 'other', 'Started'),
        toolText(2, ROOT, 1500),
        toolText(2, 'other', 100),
        runText(3, 'child', 'Started', { agent_name: 'helper' }, child),
        runText(4, 'grandchild', 'Started', { agent_name: 'scout' }, grandchild),
        toolText(5, 'grandchild', 500, grandchild),
        runText(6, 'grandchild', 'Failed', { agent_name: 'scout', error: 'lost' }, grandchild),
        runText(7, 'child', 'Completed', { agent_name: 'helper', tokens_used: 7 }, child),
        runText(8, ROOT, 'Completed', { tokens_used: 50 }),
        eventText(9, 'ToolCall', { tool_name: 'outside' }),
      ],
    })
    expect(run).to.include({
      runId: ROOT,
      agent: 'coder',
      status: 'Completed',
      tokens: 50,
      start: START,
      end: START + 8000,
    })
    expect(run?.steps).to.have.lengthOf(1)
    expect(run?.steps[0]).to.include({ start: START + 500, end: START + 2000 })
    const [helper] = run?.nested ?? []
    expect(helper).to.include({ agent: 'helper', status: 'Completed', tokens: 7 })
    const [scout] = helper?.nested ?? []
    expect(scout).to.include({ agent: 'scout', status: 'Failed', error: 'lost' })
    expect(scout?.steps).to.have.lengthOf(1)
  })

  it('finds nested runs in the logs of other processes', async () => {
    const run = await runIn({
      'audit.jsonl': [runText(0, ROOT, 'Started'), runText(9, ROOT, 'Completed')],
      'writers/a/audit.jsonl': [runText(3, 'child', 'Started', {}, { parent_run_id: ROOT })],
    })
    expect(run?.nested.map(({ runId, status }) => [runId, status])).to.deep.equal([['child', 'Started']])
  })

  it('is whole over a rotation, and without its beginning', async () => {
    const run = await runIn({
      'audit.jsonl.1': [toolText(2, ROOT, 100)],
      'audit.jsonl': [toolText(4, ROOT, 100), runText(5, ROOT, 'Cancelled')],
    })
    expect(run?.steps).to.have.lengthOf(2)
    expect(run?.status).to.equal('Cancelled')
  })

  it('is nothing where there is no event of it', async () => {
    expect(await runIn({ 'audit.jsonl': [runText(0, 'other', 'Started', {}, { parent_run_id: ROOT })] })).to.equal(
      undefined,
    )
  })
})
