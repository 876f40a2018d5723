import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { readJournal, REPOSITORY, startExample, temporaryFolder } from './support/run-example.ts'

describe('the commands that the agent runtime example suggests', () => {
  const folder = temporaryFolder()
  let suggested: string[]

  before(async () => {
    const example = startExample('examples/agent-runtime/main.ts', {
      args: ['--short'],
      env: { KANSA_DIR: folder.path },
    })
    await example.ended
    suggested = (example.output().split('Try next:\n')[1] ?? '')
      .trim()
      .split('\n')
      .map(line => line.trim())
  })

  after(() => folder.remove())

  // As typed in the repository, with an npm that knows nothing and may not ask the network.
  const run = (command: string): string => {
    const env = { PATH: process.env['PATH'], npm_config_cache: `${folder.path}/npm`, npm_config_offline: 'true' }
    return execFileSync('sh', ['-c', command], { encoding: 'utf8', cwd: REPOSITORY, env })
  }

  it('name the folder of the journal', () => {
    expect(suggested).to.have.lengthOf(3)
    expect(suggested[0]).to.equal(`npx kansa tail -n 20 --dir ${folder.path}`)
  })

  it('show the newest events', () => {
    const lines = run(suggested[0] ?? '')
      .trim()
      .split('\n')
    const journal = readJournal(folder.path).map(event => event.seq)
    expect(lines.map(line => JSON.parse(line).seq)).to.deep.equal(journal.slice(-20))
  })

  it('show a run with what it did', () => {
    const tree = run(suggested[1] ?? '')
    expect(tree).to.match(/^\d\d:\d\d:\d\d coder completed/m)
    expect(tree).to.match(/[├└]─ tool shell was denied/)
  })

  it('find the denied tool call', () => {
    const { event_type } = JSON.parse(run(suggested[2] ?? ''))
    expect(event_type.data.parameters).to.equal('{"command":"rm -rf coverage"}')
  })
})
