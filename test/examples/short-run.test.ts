import { expect } from 'chai'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditEvent } from 'kansa'
import { dataOf, readJournal, startExample, temporaryFolder } from './support/run-example.ts'

const PROGRAM = 'examples/agent-runtime/main.ts'

describe('the short run of the agent runtime example', () => {
  const folder = temporaryFolder()
  const temporary = temporaryFolder()
  let events: AuditEvent[]

  before(async () => {
    const env = { TMPDIR: temporary.path }
    const example = startExample(PROGRAM, { args: ['--short'], cwd: folder.path, env })
    expect(await example.ended, example.output()).to.equal(0)
    events = readJournal(join(folder.path, 'audit'))
  })

  after(() => {
    folder.remove()
    temporary.remove()
  })

  it('works in an empty folder and leaves nothing there but the journal', () => {
    expect(readdirSync(folder.path)).to.deep.equal(['audit'])
  })

  it('removes its scratch project', () => {
    expect(readdirSync(temporary.path)).to.deep.equal([])
  })

  it('is one run with a denied call and all five kinds of events', () => {
    const states = dataOf(events, 'AgentExecution').map(data => data.status)
    expect(states).to.deep.equal(['Started', 'Completed'])
    expect(dataOf(events, 'ToolCall').filter(data => !data.permission_granted)).to.have.lengthOf(1)
    expect(new Set(events.map(event => event.event_type.type)).size).to.equal(5)
  })
})

describe('the agent runtime example on a project of its own', () => {
  const project = temporaryFolder()
  const audit = join(project.path, 'audit')
  let output: string
  let events: AuditEvent[]

  before(async () => {
    mkdirSync(join(project.path, 'coverage'))
    // An attack: a file name that would clear the terminal and write a line of its own.
    writeFileSync(join(project.path, 'evil\u001b[2J\u202e.ts'), "throw new Error('evil')\n")
    const example = startExample(PROGRAM, { args: ['--root', project.path], cwd: project.path })
    expect(await example.ended, example.output()).to.equal(0)
    output = example.output()
    events = readJournal(audit)
  })

  after(() => project.remove())

  it('does not do what was denied', () => {
    expect(existsSync(join(project.path, 'coverage'))).to.equal(true)
  })

  it('never lets the agent see the audit log itself', () => {
    const listing = dataOf(events, 'ToolCall').find(data => data.tool_name === 'list_files')
    expect(listing?.output_preview).to.match(/^1 files\n/)
  })

  it('shows control characters escaped', () => {
    expect(output).to.include('evil\\u{1b}[2J\\u{202e}.ts, 1 lines')
    // oxlint-disable-next-line no-control-regex
    expect(output).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })
})
