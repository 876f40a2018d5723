import { join } from 'node:path'
import { expect } from 'chai'
import { VERSION } from 'openai/version'
import { MAIN } from '../../cli/support/kansa.ts'
import { runProgram } from '../support/run-program.ts'
import type { ProgramResult } from '../support/run-program.ts'
import { useModelServer } from '../support/set-up.ts'

const PROGRAMS = join(import.meta.dirname, 'programs')

function callsIn({ events }: ProgramResult): object[] {
  return events.map(({ event_type: of }) => of).flatMap(of => (of.type === 'ApiCall' ? [of.data] : []))
}

function attachedIn({ events }: ProgramResult): object[] {
  return events.flatMap(({ event_type: of }) =>
    of.type === 'Security' && of.data.category === 'SdkAttached' ? [of.data.context] : [],
  )
}

describe('kansa/register', () => {
  const server = useModelServer()
  beforeEach(() => server.clear())

  const run = (name: string, options: Parameters<typeof runProgram>[1] = {}): Promise<ProgramResult> =>
    runProgram(join(PROGRAMS, name), { ...options, env: { MODEL_URL: server.url, ...options.env } })

  for (const program of ['ask.ts', 'ask.cjs']) {
    it(`audits ${program}, whose output and requests are the same as without, by --import and by --require`, async () => {
      const without = await run(program)
      const requests = server.requests.map(({ raw }) => raw)
      expect(without.events).to.be.empty
      for (const register of ['import', 'require'] as const) {
        server.clear()
        const audited = await run(program, { register })

        expect(audited).to.include({ code: 0, stdout: without.stdout, stderr: '', journals: 1 })
        expect(server.requests.map(({ raw }) => raw)).to.deep.equal(requests)
        expect(callsIn(audited)).to.have.length(requests.length)
        expect(attachedIn(audited)).to.deep.equal([{ sdk: 'openai', module: 'openai', version: VERSION }])
      }
    })
  }

  it('audits a program that imports parts of the SDKs by paths of their own', async () => {
    const result = await run('ask-by-parts.ts', { register: 'import' })

    expect(result).to.include({ code: 0, stdout: 'hello\nhello\n', stderr: '' })
    expect(callsIn(result)).to.have.length(2)
    const modules = attachedIn(result).map(context => Reflect.get(context, 'module'))
    expect(modules).to.have.members(['openai', '@google/genai'])
  })

  it('is inherited by child processes, worker threads and clusters, each with a journal of its own', async () => {
    const result = await run('many-processes.ts', { register: 'import', inherited: true })

    expect(result).to.include({ code: 0, stderr: '', stdout: 'hello\n'.repeat(4) })
    expect(callsIn(result)).to.have.length(4)
    expect(result.journals).to.equal(5)
  })

  it('has a counterpart in code, which reaches what was imported before and what is required later', async () => {
    const result = await run('from-code.ts')
    expect(result).to.include({ code: 0, stderr: '', stdout: "[ [ 'openai', undefined ], [ 'openai', undefined ] ]\n" })
    expect(callsIn(result)).to.have.length(2)
  })

  it('says in the first record which SDKs are instrumented', async () => {
    const { events } = await run('ask.cjs', {
      register: 'import',
      env: { KANSA_INSTRUMENTATIONS: 'openai,google-genai' },
    })
    const [started] = events.flatMap(({ event_type: of }) =>
      of.type === 'Security' && of.data.category === 'AuditStarted' ? [of.data.context] : [],
    )
    expect(started).to.include({ instrumented: 'google-genai,openai' })
  })

  it('attaches to nothing when told so', async () => {
    const result = await run('ask.cjs', { register: 'import', env: { KANSA_INSTRUMENTATIONS: 'none' } })
    expect(result).to.include({ code: 0, stdout: 'hello\n', stderr: '' })
    expect(callsIn(result)).to.be.empty
  })

  it('says in one line that an instrumentation is not known, and goes on', async () => {
    const result = await run('ask.cjs', { register: 'import', env: { KANSA_INSTRUMENTATIONS: 'openai,nonsense' } })
    expect(result.stderr).to.match(/^kansa: KANSA_INSTRUMENTATIONS: no instrumentation is called nonsense; [^\n]+\n$/)
    expect(callsIn(result)).to.have.length(1)
  })

  it('says in one line that the program is not audited, and runs it', async () => {
    const result = await run('ask.cjs', { register: 'import', env: { KANSA_DIR: '/dev/null/audit' } })
    expect(result.stderr).to.match(/^kansa: this program is not audited: [^\n]+\n$/)
    expect(result).to.include({ code: 0, stdout: 'hello\n' })
  })

  it('does not run a program that cannot be audited, when what is not recorded must not happen', async () => {
    const env = { KANSA_DIR: '/dev/null/audit', KANSA_ON_FAILURE: 'block' }
    const result = await run('ask.cjs', { register: 'import', env })
    expect(result.code).to.equal(1)
    expect(result.stdout).to.equal('')
    expect(server.requests).to.be.empty
  })

  it('is the logger of an application that sets Kansa up without options of its own', async () => {
    const { code, stderr, events, journals } = await run('own-logger.ts', { register: 'import' })
    expect({ code, stderr, journals }).to.deep.equal({ code: 0, stderr: '', journals: 1 })
    expect(events.filter(({ event_type: of }) => of.type === 'ToolCall')).to.have.length(1)
  })

  it('starts no audit of our own commands', async () => {
    expect((await runProgram(MAIN, { register: 'import', inherited: true })).events).to.be.empty
  })
})
