import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { VERSION as OPENAI_VERSION } from 'openai/version'
import { useFolders } from '../journal/reader/support/test-lines.ts'
import { startModelServer } from '../support/model-server.ts'
import type { ModelServer } from '../support/model-server.ts'
import { advice, doctor, said } from './support/doctor.ts'
import type { DoctorReport } from './support/doctor.ts'
import { environment, kansa } from './support/kansa.ts'

const PROGRAMS = join(import.meta.dirname, 'programs')
const REGISTER = join(import.meta.dirname, '../../dist/register.js')

describe('kansa doctor and the instrumentation', () => {
  const newFolder = useFolders()

  describe('says what is installed for the working directory', () => {
    const folderWith = (packages: Readonly<Record<string, string>>): string => {
      const folder = newFolder()
      for (const [name, version] of Object.entries(packages)) {
        mkdirSync(join(folder, 'node_modules', name), { recursive: true })
        writeFileSync(join(folder, 'node_modules', name, 'package.json'), JSON.stringify({ name, version }))
      }
      return folder
    }
    const doctorIn = (cwd: string, env: Readonly<Record<string, string>> = {}): Promise<DoctorReport> =>
      doctor(join(cwd, 'audit'), { cwd, env })

    it('and would be attached to, with its version', async () => {
      const report = await doctorIn(folderWith({ openai: '6.1.0', '@google/genai': '2.0.0-beta.1' }))
      expect(said(report, 'sdk')).to.include('ok openai 6.1.0 is audited by kansa/register')
      expect(said(report, 'sdk')).to.include('ok @google/genai 2.0.0-beta.1 is audited by kansa/register')
      expect(report.sdks).to.deep.include({
        sdk: 'openai',
        package: 'openai',
        version: '6.1.0',
        range: '>=5.0.0 <8.0.0',
        attaches: true,
      })
    })

    it('and would not be, because of its version: what to do', async () => {
      const report = await doctorIn(folderWith({ openai: '4.104.0' }))
      expect(said(report, 'sdk')).to.include(
        'warning openai 4.104.0 is not audited: this version of Kansa knows openai >=5.0.0 <8.0.0',
      )
      expect(advice(report, 'sdk')).to.contain('wrapModelCall')
      expect(report.code).to.equal(0)
    })

    it('and would not be, because KANSA_INSTRUMENTATIONS says so; also what that names and nobody knows', async () => {
      const cwd = folderWith({ openai: '6.1.0' })
      const report = await doctorIn(cwd, { KANSA_INSTRUMENTATIONS: '-openai,nonsense' })
      expect(said(report, 'sdk')).to.include(
        'note openai 6.1.0 is not audited: KANSA_INSTRUMENTATIONS leaves openai out',
      )
      expect(said(report, 'sdk').join('\n')).to.contain('no instrumentation is called nonsense')
      expect(report.sdks).to.deep.include({
        sdk: 'openai',
        package: 'openai',
        version: '6.1.0',
        range: '>=5.0.0 <8.0.0',
        attaches: false,
        because: 'not chosen',
      })
    })

    it('or that nothing is', async () => {
      expect(said(await doctorIn(newFolder()), 'sdk').join('\n')).to.contain(
        'no SDK that Kansa attaches to is installed',
      )
    })
  })

  describe('after a run', () => {
    let server: ModelServer
    before(async () => (server = await startModelServer()))
    after(() => server.close())

    const run = async (program: string, dir: string): Promise<string> => {
      const child = spawn(process.execPath, ['--import', REGISTER, join(PROGRAMS, program)], {
        env: environment({ KANSA_DIR: dir, MODEL_URL: server.url }),
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let stdout = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
      await once(child, 'close')
      return stdout
    }

    it('says what was attached to, what was recorded, and which tool never was', async () => {
      const dir = join(newFolder(), 'audit')
      expect(await run('agent-with-hole.ts', dir)).to.equal('search: found nothing\n')
      const report = await doctor(dir)
      expect(said(report, 'last run')).to.deep.equal(['ok it recorded 3 ApiCall, 1 ToolCall'])
      expect(said(report, 'attached')).to.deep.equal([`ok openai ${OPENAI_VERSION}`])
      expect(said(report, 'tools')).to.deep.equal([
        'warning offered to a model, and no call of it is recorded: search (openai)',
      ])
      expect(advice(report, 'tools')).to.contain('wrapTool')
      expect(said(report, 'runs')).to.deep.equal(['note 3 model calls of 3 belong to no run'])
      expect(report.last_run).to.deep.equal({
        processes: 1,
        kinds: { ApiCall: 3, ToolCall: 1 },
        attached: [{ sdk: 'openai', module: 'openai', version: OPENAI_VERSION }],
        not_attached: [],
        never_called: [],
        tools_without_call: [{ sdk: 'openai', tool: 'search' }],
        model_calls_outside_runs: 3,
      })
      const { stdout } = await kansa(['doctor', '--dir', dir])
      expect(stdout).to.match(
        /^warning tools: offered to a model, and no call of it is recorded: search \(openai\)\. If/m,
      )
    })

    it('does not count what was attached to, or offered, as a finding', async () => {
      const dir = join(newFolder(), 'audit')
      await run('agent-with-hole.ts', dir)
      const { stdout } = await kansa(['stats', '--json', '--dir', dir])
      const { security, log } = JSON.parse(stdout)
      expect(security).to.deep.equal([])
      expect(log).to.deep.equal({ AuditStarted: 1, SdkAttached: 1, ToolsOffered: 2, AuditStopped: 1 })
    })

    it('says that nothing was attached to, and where that may come from', async () => {
      const dir = join(newFolder(), 'audit')
      await run('agent-without-sdk.ts', dir)
      const report = await doctor(dir)
      expect(said(report, 'last run')).to.deep.equal([
        'note it recorded only that auditing started, and attached to no SDK',
      ])
      expect(advice(report, 'last run')).to.contain('bundle')
    })

    it('says which SDK was loaded and never called, and that nothing was recorded', async () => {
      const dir = join(newFolder(), 'audit')
      await run('agent-without-calls.ts', dir)
      const report = await doctor(dir)
      expect(said(report, 'last run')).to.deep.equal(['warning it attached to SDKs, and recorded no call'])
      expect(said(report, 'attached')).to.include('note loaded, and never called: openai')
      expect(report.last_run).to.deep.include({ never_called: ['openai'], kinds: {} })
    })
  })
})
