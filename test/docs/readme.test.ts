import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

const ROOT = join(import.meta.dirname, '../..')

function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(match => match[1] ?? '')
}

/** A folder of a user who installed the package. */
function userFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'kansa-docs-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(ROOT, join(folder, 'node_modules/kansa'), 'dir')
  symlinkSync(join(ROOT, 'node_modules/@opentelemetry'), join(folder, 'node_modules/@opentelemetry'), 'dir')
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  return folder
}

function run(folder: string, code: string): string {
  writeFileSync(join(folder, 'program.ts'), code)
  return execFileSync(process.execPath, ['program.ts'], { cwd: folder, encoding: 'utf8', timeout: 20_000 })
}

function linesIn(folder: string): { event_type: { type: string; data: Record<string, unknown> } }[] {
  const journal = readFileSync(join(folder, 'audit/audit.jsonl'), 'utf8')
  return journal
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
}

describe('the documentation', () => {
  const folders: string[] = []
  after(() => folders.forEach(folder => rmSync(folder, { recursive: true, force: true })))

  for (const page of ['README.md', 'docs/guide.md']) {
    for (const [index, code] of blocksOf(page, 'ts').entries()) {
      it(`has code that runs as it stands: ${page}, block ${index + 1}`, () => {
        const folder = userFolder()
        folders.push(folder)
        expect(() => run(folder, code)).to.not.throw()
      })
    }
  }

  it('shows the line that the first example really writes', () => {
    const folder = userFolder()
    folders.push(folder)
    run(folder, blocksOf('README.md', 'ts')[0] ?? '')
    const shown = JSON.parse(blocksOf('README.md', 'json')[0] ?? '')
    const real: unknown = linesIn(folder).find(line => line.event_type.data['tool_name'] === 'shell')
    const withoutOwn = (line: unknown): string =>
      JSON.stringify(line, (key, value: unknown) =>
        ['id', 'timestamp', 'call_id', 'execution_time'].includes(key) ? typeof value : value,
      )
    expect(withoutOwn(real)).to.equal(withoutOwn(shown))
    expect(blocksOf('README.md', 'ts')[0]).to.equal(readFileSync(join(ROOT, 'examples/quick-start.ts'), 'utf8'))
  })

  it('has commands that work on the journal of its first example', () => {
    const folder = userFolder()
    folders.push(folder)
    run(folder, blocksOf('README.md', 'ts')[0] ?? '')
    const commands = blocksOf('README.md', 'sh').flatMap(block => block.trimEnd().split('\n'))
    const onJournal = commands.filter(command => command.startsWith('jq '))
    expect(onJournal).to.have.length(5)
    for (const command of onJournal) execFileSync('sh', ['-ec', command], { cwd: folder })
    const tails = commands.filter(command => command.startsWith('npx kansa tail') && !command.includes('-f'))
    expect(tails).to.have.length(1)
    for (const command of tails) {
      const [, , ...args] = (command.split('#')[0] ?? '').trim().split(/\s+/)
      execFileSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], { cwd: folder })
    }
    expect(commands.join('\n')).to.include('npm start').and.include('npm cit')
  })

  it('has no link to a file that is not there', () => {
    for (const page of [
      'README.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      'docs/architecture.md',
      'docs/configuration.md',
      'docs/guide.md',
    ]) {
      const text = readFileSync(join(ROOT, page), 'utf8')
      for (const [, target = ''] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
        expect(() => realpathSync(join(ROOT, page, '..', target)), `${page}: ${target}`).to.not.throw()
      }
    }
  })

  it('names every error code and every option with its variable', () => {
    const page = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8')
    const codes = readFileSync(join(ROOT, 'src/errors.ts'), 'utf8').matchAll(/\| '(KANSA_[A-Z_]+)'/g)
    for (const [, code] of codes) expect(page).to.include(`\`${code}\``)
    const sources = ['exporter-options', 'logger-options'].map(name =>
      readFileSync(join(ROOT, `src/pipeline/${name}.ts`), 'utf8'),
    )
    const options = sources.join('').matchAll(/reader\.read\('([a-zA-Z]+)'/g)
    for (const [, option] of options) {
      if (option !== 'onLifecycleEvent') expect(page).to.include(`| \`${option}\` |`)
    }
  })
})
