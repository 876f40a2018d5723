/** The rules of the house that a compiler does not know (docs/architecture.md), each with an example that breaks it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './source-files.ts'
import type { SourceFile } from './source-files.ts'

export interface HouseRule {
  /** A sentence that is true when nothing is wrong. */
  readonly name: string
  /** What is wrong in a file, for people. */
  breaches(file: SourceFile): readonly string[]
  /** Files that break the rule: name and text. */
  readonly broken: readonly (readonly [name: string, text: string])[]
}

/** Lowest first: a folder imports from itself and from those before it. */
const ROWS = [
  'errors.ts',
  'options.ts',
  'events',
  'seal',
  'redaction',
  'cipher',
  'journal',
  'pipeline',
  'forward',
  'verify',
  'query',
  'reconcile',
  'alerts',
  'instrumentation',
  'cli',
  'dashboard',
]
/** The entry points and the composition root may import everything; nothing imports them. */
const ROOTS = [
  'index.ts',
  'testing.ts',
  'verify.ts',
  'instrumentation.ts',
  'register.ts',
  'register.cts',
  'create-audit-logger.ts',
]
const MAX_LINES = 300
const VAGUE_NAME = /(^|[-/])(utils?|helpers?|common|managers?|misc|shared)([-./]|$)/

export const HOUSE_RULES: readonly HouseRule[] = [
  {
    name: 'every file belongs to a folder of the house',
    breaches: ({ name }) => (ROOTS.includes(name) || ROWS.includes(rowOf(name)) ? [] : ['not in a known folder']),
    broken: [['tools/hammer.ts', '']],
  },
  {
    name: 'a folder imports only from itself and from folders below it',
    breaches: ({ name, imports }) =>
      imports
        .filter(path => path.endsWith('.ts') && !ROOTS.includes(name) && ROWS.indexOf(rowOf(path)) > rank(name))
        .map(path => `imports ${path}`),
    broken: [
      ['events/spool.ts', "import { Journal } from '../journal/journal.ts'"],
      ['errors.ts', "import type { OtlpOptions } from './options.ts'"],
      ['journal/lock.ts', "export { VERSION } from '../pipeline/version.ts'"],
      ['pipeline/late.ts', "const cli = await import('../cli/main.ts')"],
    ],
  },
  {
    name: 'nothing imports an entry point or the composition root',
    breaches: ({ name, imports }) =>
      imports.filter(path => ROOTS.includes(path) && !ROOTS.includes(name)).map(path => `imports ${path}`),
    broken: [['cli/demo.ts', "import { initAuditLogger } from '../index.ts'"]],
  },
  {
    name: 'an import stays inside src',
    breaches: ({ imports }) => imports.filter(path => path.startsWith('..')).map(path => `imports ${path}`),
    broken: [['cli/demo.ts', "import { runDemo } from '../../examples/demo.ts'"]],
  },
  {
    name: 'only what talks to OpenTelemetry imports @opentelemetry/*',
    breaches: ({ name, imports }) =>
      /^(events\/[^/]*-log-record\.ts|(pipeline|forward|instrumentation)\/.*|create-audit-logger\.ts)$/.test(name)
        ? []
        : imports.filter(path => path.startsWith('@opentelemetry/')).map(path => `imports ${path}`),
    broken: [['events/severity.ts', "import { SeverityNumber } from '@opentelemetry/api'"]],
  },
  {
    name: 'only the journal, the verifier, the commands and the composition root import node:fs',
    breaches: ({ name, imports }) =>
      /^(journal\/|verify\/|cli\/|create-audit-logger\.ts$)/.test(name)
        ? []
        : imports.filter(path => /^node:fs(\/|$)/.test(path)).map(path => `imports ${path}`),
    broken: [
      ['pipeline/version.ts', "import { readFileSync } from 'node:fs'"],
      ['events/line.ts', "import { readFile } from 'node:fs/promises'"],
    ],
  },
  {
    name: 'the verifier shares nothing with the writer but the hashing',
    breaches: ({ name, imports }) =>
      name.startsWith('verify/')
        ? imports
            .filter(path => path.endsWith('.ts') && !/^(verify\/|seal\/|errors\.ts$)/.test(path))
            .map(path => `imports ${path}`)
        : [],
    broken: [
      ['verify/snapshot.ts', "import { listLogFiles } from '../journal/layout.ts'"],
      ['verify/proof/find-line.ts', "import type { AuditEvent } from '../../events/kinds.ts'"],
    ],
  },
  {
    name: 'Node modules are written with node:, packages are runtime dependencies',
    breaches: ({ name, imports, text }) =>
      imports
        .filter(path => !path.endsWith('.ts') && !path.startsWith('node:') && !RUNTIME.has(packageOf(path)))
        // An SDK that is audited is the application's: only its types may be looked at.
        .filter(path => !(/^instrumentation\/[^/]+\//.test(name) && importsTypesOnly(text, path)))
        .map(path => `imports ${path}`),
    broken: [
      ['journal/journal.ts', "import { openSync } from 'fs'"],
      ['events/line.ts', "import fc from 'fast-check'"],
      ['instrumentation/openai/bad.ts', "import OpenAI from 'openai'"],
      ['instrumentation/openai/bad.ts', "import type OpenAI from 'openai'\nimport { Stream } from 'openai'"],
      ['instrumentation/bad.ts', "import type OpenAI from 'openai'"],
    ],
  },
  {
    name: 'file names are kebab-case and say one thing',
    breaches: ({ name }) =>
      /^([a-z0-9-]+\/)*[a-z0-9]+(-[a-z0-9]+)*\.c?ts$/.test(name) && !VAGUE_NAME.test(name) ? [] : ['not a good name'],
    broken: [
      ['events/fieldTable.ts', ''],
      ['journal/utils.ts', ''],
      ['pipeline/helpers/clock.ts', ''],
      ['pipeline/queue-manager.ts', ''],
    ],
  },
  {
    name: `a file has at most ${MAX_LINES} lines`,
    breaches: ({ lines }) => (lines > MAX_LINES ? [`${lines} lines`] : []),
    broken: [['events/line.ts', '\n'.repeat(MAX_LINES + 1)]],
  },
  unwritten('no casts but `as const`', /[\w)\]}'?]\s+as\s+(?!const\b)[\w({['"]/, [
    'const event = JSON.parse(line) as AuditEvent',
    'const text = (value as string).trim()',
  ]),
  unwritten('no `any`', /(:|<|\||&|,|=>|=)\s*any\b(?!\s*[:(.=])/, [
    'function read(value: any): void {}',
    'const list: Array<any> = []',
    'type Loose = string | any',
  ]),
  unwritten('no non-null assertions', /[\w)\]]!(?=[.[(\s,;)\]}]|$)(?!\s*=)/m, [
    'const first = lines[0]!.length',
    'open(path!)',
    'const last = lines.at(-1)!',
  ]),
  unwritten(
    'no compiler or linter switched off',
    /@ts-(ignore|expect-error|nocheck)|oxlint-disable|eslint-disable/,
    ['// @ts-expect-error: later\nlet x: number = text'],
    file => file.text,
  ),
  unwritten('exports are listed one by one', /\bexport\s*\*/, ["export * from './kinds.ts'"]),
]

function importsTypesOnly(text: string, path: string): boolean {
  const ways = text.split('\n').filter(line => line.includes(`'${path}'`))
  return ways.every(line => line.startsWith('import type '))
}

/** A rule about what must stand on no line; directives stand in comments, so they are looked for in the whole text. */
function unwritten(
  name: string,
  pattern: RegExp,
  examples: readonly string[],
  within: (file: SourceFile) => string = file => withoutRenames(file.code),
): HouseRule {
  return {
    name,
    breaches: file =>
      within(file)
        .split('\n')
        .filter(line => pattern.test(line))
        .map(line => line.trim()),
    broken: examples.map(example => ['events/bad.ts', example] as const),
  }
}

/** `import { x as y }`, `import * as x` and `export { x as y }` are no casts. */
function withoutRenames(code: string): string {
  return code.replaceAll(/\b(import|export)\s+(type\s+)?(\{[^}]*\}|\*\s+as\s+\w+)/g, '$1')
}

function rowOf(path: string): string {
  return path.split('/', 1)[0] ?? path
}

function rank(name: string): number {
  return ROWS.indexOf(rowOf(name))
}

const RUNTIME = runtimePackages()

function runtimePackages(): ReadonlySet<string> {
  const manifest: Record<string, object | undefined> = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  return new Set(
    ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap(key => Object.keys(manifest[key] ?? {})),
  )
}

/** `@scope/name/sub` as `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
