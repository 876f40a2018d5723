import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { openLogs } from '../../../src/journal/open-logs.ts'
import { DamageLog } from '../../../src/query/damage-log.ts'
import { ALL_TIME, EventFilter } from '../../../src/query/event-filter.ts'
import { findUnfinished } from '../../../src/query/unfinished.ts'
import { useAuditFolders } from '../logger/support/audit-folders.ts'

const PROGRAM = fileURLToPath(new URL('programs/killed-tool.ts', import.meta.url))

describe('with onFailure `block`, an agent that is killed in the middle of a tool', () => {
  const newFolder = useAuditFolders()

  it('leaves the intention of that tool and of itself, which are unfinished', async () => {
    const { dir } = newFolder()
    const child = spawn(process.execPath, [PROGRAM, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'exit')
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await ended

    const logs = openLogs(dir)
    const options = { filter: new EventFilter([], ALL_TIME, []), damage: new DamageLog() }
    const lines = await findUnfinished(logs, options)
    for (const log of logs) log.close()
    const left = lines.map(({ event: { event_type, run_id: run } }) => {
      const { data } = event_type
      return 'context' in data ? [data.context?.['name'], data.context?.['call_id'], run] : [event_type.type, run]
    })
    expect(left).to.deep.equal([
      ['deployer', 'run-1', 'run-1'],
      ['AgentExecution', 'run-1'],
      ['deploy', 'call-2', 'run-1'],
    ])
  })
})
