import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'chai'
import { listLogFiles, listLogFolders } from '../../src/journal/layout.ts'
import { expectGapless, recordsOf, useTestLogs } from '../journal/support/test-logs.ts'
import { expectEachOnce } from './support/agent-process.ts'
import { expectAsFound, verdictOf } from './support/verified-log.ts'

const PROGRAM = join(import.meta.dirname, 'programs', 'many-loggers.ts')

describe('a process that multiplies', function () {
  this.timeout(60_000)
  const newLog = useTestLogs()

  for (const { way, loggers, killed } of [
    { way: 'cluster', loggers: 5, killed: 1 },
    { way: 'fork', loggers: 2, killed: 0 },
    { way: 'worker', loggers: 3, killed: 0 },
  ]) {
    it(`(${way}) has a complete log for each of its loggers, and each verifies`, async () => {
      const log = newLog()
      const ids = await run(log.dir, way)
      const folders = listLogFolders(log.dir)
      expect(folders).to.have.length(loggers)
      const logs = folders.map(folder => recordsOf(listLogFiles(folder)))
      for (const records of logs) expectGapless(records)
      expect(ids).to.have.length(30 * loggers)
      expectEachOnce(logs.flat(), ids)
      for (const folder of folders) await expectAsFound(folder, idsIn(folder, ids))
      const verdicts = await Promise.all(folders.map(verdictOf))
      expect(verdicts.filter(({ status }) => status === 'intact')).to.have.length.at.least(loggers - killed)
    })
  }
})

async function run(dir: string, way: string): Promise<string[]> {
  const child = spawn(process.execPath, [PROGRAM, dir, way], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  await once(child, 'close')
  expect(child.exitCode).to.equal(0)
  const lines = output.split('\n').filter(line => line.startsWith('logged '))
  return lines.flatMap(line => line.slice('logged '.length).split(' '))
}

function idsIn(folder: string, ids: readonly string[]): string[] {
  const known = new Set(ids)
  return recordsOf(listLogFiles(folder)).flatMap(({ id }) => (known.has(id) ? [id] : []))
}
