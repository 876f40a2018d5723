import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { blocksOf, PAGES, ROOT, simpleCommands } from './support/pages.ts'
import { UserFolder } from './support/user-folder.ts'

/** What differs from run to run. */
const OWN = new Set(['id', 'timestamp', 'call_id', 'execution_time'])

function withoutOwn(line: string): string {
  return JSON.stringify(JSON.parse(line), (key, value: unknown) => (OWN.has(key) ? typeof value : value))
}

describe('the code in the documentation', () => {
  const programs = PAGES.flatMap(page => blocksOf(page, 'ts').map((code, index) => ({ page, code, number: index + 1 })))
  let folder: UserFolder
  beforeEach(() => (folder = new UserFolder()))
  afterEach(() => folder.remove())

  for (const { page, code, number } of programs) {
    it(`runs as it stands: ${page}, block ${number}`, () => {
      folder.run(code)
    })
  }

  it('has the types that it should', () => {
    for (const { page, code, number } of programs) {
      folder.write(`${page.replaceAll(/\W/g, '-')}-${number}.ts`, code)
    }
    folder.execute(join(ROOT, 'node_modules/.bin/tsc'), ['--project', '.'])
  })
})

describe('the first screen of the README', () => {
  const [code = ''] = blocksOf('README.md', 'ts')
  const [shown = ''] = blocksOf('README.md', 'json')
  const commands = blocksOf('README.md', 'sh').flatMap(block => block.trimEnd().split('\n'))
  let folder: UserFolder
  before(() => {
    folder = new UserFolder()
    folder.run(code)
  })
  after(() => folder.remove())

  it('has the program of examples/quick-start.ts', () => {
    expect(code).to.equal(readFileSync(join(ROOT, 'examples/quick-start.ts'), 'utf8'))
  })

  it('shows a line that this program really writes', () => {
    expect(folder.journal().map(withoutOwn)).to.include(withoutOwn(shown))
  })

  it('names the two commands', () => {
    expect(commands.map(command => command.split('#')[0]?.trim())).to.include.members(['npm start', 'npm cit'])
  })

  it('is followed by jq commands that work on the journal', () => {
    const queries = commands.filter(command => command.startsWith('jq '))
    expect(queries).to.have.lengthOf(5)
    for (const query of queries) execFileSync('bash', ['-euc', `set -o pipefail; ${query}`], { cwd: folder.path })
  })

  it('is followed by kansa commands that work on the journal', () => {
    const calls = commands.flatMap(simpleCommands).filter(([npx, name]) => npx === 'npx' && name === 'kansa')
    const ending = calls.filter(words => !words.includes('-f'))
    const runId = folder.journal().flatMap(line => JSON.parse(line).run_id ?? [])[0]
    const outputs = ending.map(([, , ...args]) => {
      const words = args.map(word => (word === 'RUN_ID' ? runId : word))
      return folder.execute(process.execPath, ['node_modules/kansa/dist/cli/main.js', ...words])
    })
    expect(ending).to.have.length.above(4)
    expect(ending[0]?.slice(2, 3)).to.deep.equal(['tail'])
    expect(outputs[0]?.trimEnd().split('\n')).to.deep.equal(folder.journal())
    expect(outputs[1]).to.match(/^ {2}ToolCall +2 /m)
    expect(outputs[2]).to.include(`run ${runId}`)
  })
})
