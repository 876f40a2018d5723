import { expect } from 'chai'
import { useTestLogs } from '../journal/support/test-logs.ts'
import { expectIntact, WriterProcess } from './support/writer-process.ts'

const ROUNDS = 30

describe('kill -9 at any time, again and again', function () {
  this.timeout(120_000)
  const newLog = useTestLogs()

  it('loses nothing whose turn had ended, writes nothing twice, and keeps seq without gaps', async () => {
    const log = newLog()
    const promised: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const writer = new WriterProcess({
        dir: log.dir,
        name: `round-${round}`,
        lines: 1_000_000,
        lineBytes: 200,
        linesPerTurn: 1 + (round % 5) * 20,
        commitEvery: 50,
        options: { maxFileBytes: 16_384, maxBackups: 100_000, flushIntervalMillis: 5 },
      })
      await writer.until('open')
      await new Promise(resolve => setTimeout(resolve, Math.random() * 40))
      writer.process.kill('SIGKILL')
      await writer.end()
      expect(writer.errors).to.equal('')
      promised.push(...writer.written)
    }
    expect(promised.length).to.be.greaterThan(ROUNDS)
    const records = await expectIntact(log.dir, promised, 0)
    expect(new Set(records.map(record => record.file)).size).to.be.greaterThan(10)
  })
})
