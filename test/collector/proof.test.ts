// What the collector has, compared with what was sealed: docs/collector.md, "Is it all there?".
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { commandsOf } from '../docs/support/pages.ts'
import { journalLines, logRun } from './support/audited-folder.ts'
import { CollectorProcess, MAIN_CONFIG, ROOT, killCollectors, needsCollector, until } from './support/collector.ts'
import { exportedIds } from './support/exported-records.ts'

const KANSA = join(ROOT, 'src/cli/main.ts')
const COMMANDS = commandsOf('docs/collector.md').filter(([name]) => name === 'kansa')

describe('what the collector has', () => {
  let folder: string
  let file: string
  let collector: CollectorProcess

  before(needsCollector)
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kansa-collector-'))
    file = join(folder, 'state/audit-otlp.jsonl')
    collector = await CollectorProcess.start({ configs: [MAIN_CONFIG], folder })
    const dir = join(folder, 'audit')
    await logRun(dir, { url: collector.logsUrl })
    await until('all records', () => exportedIds(file).length >= journalLines(dir).size)
  })
  afterEach(async () => {
    await killCollectors()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A command of the page, with this test's collector in it. */
  async function kansa(subcommand: string): Promise<{ code: number; output: string }> {
    const shown = COMMANDS.find(([, name]) => name === subcommand) ?? []
    const args = shown
      .slice(1)
      .map(word => word.replace('collector/', 'state/').replace('http://127.0.0.1:4318', collector.endpoint))
    return new Promise(resolve => {
      execFile(process.execPath, [KANSA, ...args], { cwd: folder }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: stdout + stderr })
      })
    })
  }

  it('is found to be everything', async () => {
    expect(await kansa('verify')).to.include({ code: 0 })
  })

  it('is found to lack a record, which is there again when the journal was sent once more', async () => {
    const [id = ''] = exportedIds(file).slice(3)
    const text = readFileSync(file, 'utf8')
    await collector.stop()
    writeFileSync(
      file,
      text
        .split('\n')
        .filter(line => !line.includes(id))
        .join('\n'),
    )
    const lacking = await kansa('verify')
    expect(lacking.code, lacking.output).to.equal(1)
    expect(lacking.output).to.match(/missing/)
    await collector.start()
    expect(await kansa('forward')).to.include({ code: 0 })
    const mended = await kansa('verify')
    expect(mended.code, mended.output).to.equal(0)
  })

  it('is found to be altered', async () => {
    const text = readFileSync(file, 'utf8')
    expect(text).to.include('git diff')
    writeFileSync(file, text.replace('git diff', 'rm -rf /'))
    const { code, output } = await kansa('verify')
    expect(code, output).to.equal(1)
    expect(output).to.match(/altered/)
  })
})
