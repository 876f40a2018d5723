import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { temporaryFolder } from './support/run-example.ts'

const PROGRAM = resolve(import.meta.dirname, '../../examples/agent-runtime/main.ts')
const COLOUR = '\u001b['

/** Runs the example on a pseudo-terminal that is 60 columns wide. */
function runOnTerminal(dir: string, env: NodeJS.ProcessEnv): string {
  const command = `stty cols 60; ${process.execPath} ${PROGRAM} --short`
  const { stdout } = spawnSync('script', ['--quiet', '--command', command, '/dev/null'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color', KANSA_DIR: dir, ...env },
  })
  return stdout
}

describe('the agent runtime example on a terminal', () => {
  const folder = temporaryFolder()

  before(function () {
    if (spawnSync('script', ['--version']).status === 0) return
    console.log('skipped: there is no command `script` to make a terminal with')
    this.skip()
  })

  after(() => folder.remove())

  it('uses colours', () => {
    expect(runOnTerminal(`${folder.path}/colour`, {})).to.include(COLOUR)
  })

  it('uses none where NO_COLOR is set, and shortens audit lines to the width', () => {
    const output = runOnTerminal(`${folder.path}/plain`, { NO_COLOR: '1' })
    expect(output).not.to.include(COLOUR)
    const auditLines = output.split(/\r?\n/).filter(line => line.startsWith('  │'))
    expect(auditLines.length).to.be.greaterThan(10)
    expect(Math.max(...auditLines.map(line => line.length))).to.equal(60)
  })
})
