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
    expect(suggested[0]).to.equal(`npx kansa tail --dir ${folder.path} -n 20`)
  })

  it('show the newest events', () => {
    const lines = run(suggested[0] ?? '')
      .trim()
      .split('\n')
    expect(lines.map(line => JSON.parse(line).seq)).to.deep.equal(readJournal(folder.path).map(event => event.seq))
  })

  it('find the denied tool call', () => {
    const { event_type } = JSON.parse(run(suggested[1] ?? ''))
    expect(event_type.data.parameters).to.equal('{"command":"rm -rf coverage"}')
  })

  it('add up the tokens', () => {
    expect(Number(run(suggested[2] ?? ''))).to.be.greaterThan(500)
  })
})
