import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Field {
  readonly source: string
  readonly text: string
}

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

/** What holds secrets on purpose, so that a mask there is no mistake, and why. */
const WITH_SECRETS: readonly (readonly [path: RegExp, why: string])[] = [
  [/redaction/, 'rules for secrets and texts with planted ones: what looks like a secret is there because it does'],
  [/^test\/(options|examples|privacy|cli\/(doctor-options|scan))/, 'made-up secrets that must not show up in messages'],
  [/^test\/(events\/masking|support\/marking-masker|pipeline\/redaction)/, 'made-up secrets that must be masked'],
  [/^test\/collector\//, 'made-up keys of the services that stand in for others'],
  [/^test\/vectors\//, 'signing keys that were made for the vectors'],
  [/^test\/seal\//, 'signing keys that were made for the tests, some published by the formats they belong to'],
]

function isBenign(path: string): boolean {
  return !WITH_SECRETS.some(([held]) => held.test(path))
}

function filesIn(folder: string, ending: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(path => ending.test(path) && isBenign(path))
    .toSorted()
}

function linesOf(path: string): Field[] {
  const text = readFileSync(join(ROOT, path), 'utf8')
  return text.split('\n').map((line, index) => ({ source: `${path}:${index + 1}`, text: line }))
}

function linesAndWhole(paths: readonly string[]): Field[] {
  return paths.flatMap(path => [...linesOf(path), { source: path, text: readFileSync(join(ROOT, path), 'utf8') }])
}

export function lockFileLines(): Field[] {
  return linesOf('package-lock.json')
}

export function sources(): Field[] {
  return linesAndWhole(filesIn('src', /\.ts$/))
}

export function documents(): Field[] {
  return linesAndWhole([...filesIn('docs', /\.md$/), 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'CONTRIBUTING.md'])
}

/** What a run of the suite prints: the names of its tests, and its failures. */
export function testReport(): Field[] {
  return filesIn('test', /\.test\.ts$/).flatMap(path => {
    const titles = [...readFileSync(join(ROOT, path), 'utf8').matchAll(/\b(?:it|describe)\(\s*(['"`])(.+?)\1,/g)].map(
      match => match[2],
    )
    return titles.flatMap((title, index) => [
      { source: path, text: `    ✔ ${title} (${index}ms)` },
      { source: path, text: JSON.stringify({ file: path, title, state: 'passed', durationMillis: index }) },
      {
        source: path,
        text: `  ${index}) ${title}:\n     AssertionError: expected '${title}' to equal ''\n      at Context.<anonymous> (${path}:${index}:7)`,
      },
    ])
  })
}

/** The lines of every change, with the messages; or why they cannot be read. */
export function historyLines(): Field[] | string {
  if (!existsSync(join(ROOT, '.git'))) return 'this is a copy without the history'
  try {
    if (git('rev-parse', '--is-shallow-repository').trim() === 'true')
      return 'the history is cut short (a shallow clone)'
    return benignLines(git('log', '-p', '--no-color', '--no-ext-diff', '--max-count=200'))
  } catch (error) {
    return `git cannot read the history: ${String(error)}`
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

function benignLines(log: string): Field[] {
  const fields: Field[] = []
  let path = ''
  for (const line of log.split('\n')) {
    const head = /^diff --git a\/(.+) b\//.exec(line)?.[1]
    if (head !== undefined) path = head
    if (line.startsWith('commit ')) path = 'the message'
    if (isBenign(path)) fields.push({ source: `history of ${path}`, text: line })
  }
  return fields
}
