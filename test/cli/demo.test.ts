import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import { eventually, kansa, Running } from './support/kansa.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('kansa demo', () => {
  const newFolder = useFolders()

  /** The command beside a demo program, as in the built package. */
  const commandWith = (program: string): string => {
    const root = newFolder()
    cpSync(join(ROOT, 'src'), join(root, 'dist'), { recursive: true })
    cpSync(join(ROOT, 'package.json'), join(root, 'package.json'))
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'))
    mkdirSync(join(root, 'dist/demo/agent-runtime'), { recursive: true })
    writeFiles(root, { 'dist/demo/agent-runtime/main.js': program })
    return join(root, 'dist/cli/main.ts')
  }

  it('runs the agent in the current folder, for a short time, with the folder it was given', async () => {
    const main = commandWith(
      `console.log(JSON.stringify([process.argv.slice(2), process.env.KANSA_DIR, process.cwd()]))`,
    )
    const cwd = newFolder()
    const run = async (args: string[], env = {}): Promise<unknown> =>
      JSON.parse((await kansa(['demo', ...args], { main, cwd, env })).stdout)
    expect(await run([])).to.deep.equal([['--short'], './audit', cwd])
    expect(await run([], { KANSA_DIR: 'elsewhere' })).to.deep.equal([['--short'], 'elsewhere', cwd])
    expect(await run(['--dir', 'here'], { KANSA_DIR: 'elsewhere' })).to.deep.equal([['--short'], 'here', cwd])
  })

  it('passes on the exit code and what was said', async () => {
    const main = commandWith(`console.error('no'); process.exit(7)`)
    expect(await kansa(['demo'], { main })).to.deep.equal({ code: 7, stdout: '', stderr: 'no\n' })
  })

  it('exits as a shell does when a signal ended the agent', async () => {
    const main = commandWith(`process.kill(process.pid, 'SIGKILL')`)
    expect((await kansa(['demo'], { main })).code).to.equal(137)
  })

  it('passes SIGTERM on, and waits until the agent has ended in order', async () => {
    const main = commandWith(`
      process.on('SIGTERM', () => setTimeout(() => { console.log('closed'); process.exit(143) }, 200))
      console.log('started')
      setInterval(() => {}, 1000)`)
    const command = new Running(['demo'], { main })
    await eventually(
      () => command.stdout.includes('started'),
      () => 'start',
    )
    command.child.kill('SIGTERM')
    const { code, stdout } = await command.ended()
    expect([code, stdout]).to.deep.equal([143, 'started\nclosed\n'])
  })

  it('exits with 3 and says what to do when the program is missing', async () => {
    const main = join(ROOT, 'src/cli/main.ts')
    const { code, stdout, stderr } = await kansa(['demo'], { main })
    expect(stderr).to.match(/the demo program .*demo\/agent-runtime\/main\.js is missing.*npm run build/)
    expect([code, stdout]).to.deep.equal([3, ''])
  })
})
