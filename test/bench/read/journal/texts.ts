/** What the agents of the generated journal say and do, ready to be put into a JSON text. */
import type { SeededRandom } from './seeded-random.ts'

/** A text, as a rule with a place for a number. */
type Template = (number: number) => string
type Templates = readonly [Template, ...Template[]]

/** What is said on one occasion. */
export interface Texts {
  readonly usual: Templates
  /** Beyond ASCII. */
  readonly foreign: Templates
}

/** For a JavaScript program, one such text makes the whole block that it is read with twice as large. */
const FOREIGN_SHARE = 0.1
/** Stands for the number, at most once in a text. */
const PLACE = '§'

/** One of the texts, with quotes, as `JSON.stringify` writes it. */
export function say(random: SeededRandom, { usual, foreign }: Texts): string {
  return random.pick(random.chance(FOREIGN_SHARE) ? foreign : usual)(random.below(10_000))
}

export const GOALS: Texts = {
  usual: jsonTemplates(
    'Review PR #§',
    'Find out why build § is red and fix it',
    'Update the dependencies of service-§ and run its tests',
    'Summarise ticket §, with links to the code it is about',
  ),
  foreign: jsonTemplates('Überprüfe die Rechnung Nr. § und melde Abweichungen'),
}

export const PROMPTS: Texts = {
  usual: jsonTemplates(
    'You are a code reviewer. Review the change below for errors, missing tests and unclear names. File src/module-§/main.ts:\n\nexport function close(file: File): void {\n  // TODO: close the file\n}',
    'You are a coding agent and work on the project in the current folder with the tools you have. Run the tests of module § and tell what fails. A tool call may be refused: then go on without it and say so.',
    'Translate into German, keep the mark-up: <p>Your order § has left our warehouse.</p>',
  ),
  foreign: jsonTemplates(
    'Antworte dem Kunden höflich: seine Bestellung § verzögert sich, weil das Lager für Maße über 2 m geschlossen ist.',
    '注文番号 § の状況を確認し、お客様への返信を日本語で書いてください。',
  ),
}

export const RESPONSES: Texts = {
  usual: jsonTemplates(
    'The file is opened in line § but closed only when nothing throws. I suggest "try" with "finally", and a test that makes the second read fail.',
    '{"findings":[{"file":"src/module-§/main.ts","line":41,"severity":"warning","message":"the file stays open"}],"summary":"1 finding"}',
    'Three of § tests fail, all with ECONNREFUSED: the database of the tests is not running. I start it with docker compose and run them again.',
    '<p>Ihre Bestellung § hat unser Lager verlassen.</p>',
  ),
  foreign: jsonTemplates('Done. 👍 § files changed.', 'ご注文 § は本日発送されました。'),
}

export interface Tool {
  readonly name: string
  readonly sandbox: string
  /** JSON text within JSON text, quotes escaped, as tool calls have it. */
  readonly parameters: Template
  readonly outputs: Texts
}

export const TOOLS: readonly [Tool, ...Tool[]] = [
  {
    name: 'shell',
    sandbox: 'strict',
    parameters: jsonTemplate(JSON.stringify({ cmd: 'grep -rn TODO src/module-§', cwd: '/srv/project' })),
    outputs: {
      // A query that takes any text for a field falls for the last one, and for the one of `read_file`.
      usual: jsonTemplates(
        'src/module-§/main.ts:41: // TODO: close the file',
        '',
        'audit.jsonl:§:{"actor_id":"agent-07","event_type":{"type":"ToolCall","data":{"total_tokens":1550}}}',
      ),
      foreign: jsonTemplates('src/module-§/größe.ts:7: // TODO: auch für Verzeichnisse'),
    },
  },
  {
    name: 'read_file',
    sandbox: 'workspace',
    parameters: jsonTemplate(JSON.stringify({ path: 'src/module-§/main.ts', first_line: 1, last_line: 80 })),
    outputs: {
      usual: jsonTemplates(
        'import { open } from "node:fs/promises"\n\nconst file = await open("data-§.json")\nconst text = await file.readFile("utf8")\nconst rows = JSON.parse(text)',
        '{"type":"ToolCall","total_tokens":§}',
      ),
      foreign: jsonTemplates('# Überblick\n\nDieses Modul (Nr. §) liest die Messwerte.'),
    },
  },
  {
    name: 'write_file',
    sandbox: 'workspace',
    parameters: jsonTemplate(
      JSON.stringify({ path: 'notes/§.md', content: '# Note\n\n"Quoted", with a \\ and a tab:\t.' }),
    ),
    outputs: {
      usual: jsonTemplates('written 1§ bytes'),
      foreign: jsonTemplates('§ Bytes geschrieben: größer als zuvor'),
    },
  },
  {
    name: 'search',
    sandbox: 'read-only',
    parameters: jsonTemplate(JSON.stringify({ query: 'size of file §', limit: 10 })),
    outputs: {
      usual: jsonTemplates(
        '[{"title":"File sizes","url":"https://example.com/§"},{"title":"Files","url":"https://example.org/files"}]',
      ),
      foreign: jsonTemplates('[{"title":"Dateigrößen","url":"https://example.com/§"}]'),
    },
  },
  {
    name: 'sql',
    sandbox: 'read-only',
    parameters: jsonTemplate(
      JSON.stringify({ statement: 'SELECT name, total FROM orders WHERE id = §', database: 'shop' }),
    ),
    outputs: {
      usual: jsonTemplates('name | total\n-----+------\nMiller | §.00'),
      foreign: jsonTemplates('name | total\n-----+------\nMüller | §,00 €'),
    },
  },
]

interface Model {
  readonly provider: string
  readonly model: string
}

export const MODELS: readonly [Model, ...Model[]] = [
  { provider: 'openai', model: 'gpt-5' },
  { provider: 'openai', model: 'gpt-5-mini' },
  { provider: 'anthropic', model: 'claude-sonnet-4-5' },
  { provider: 'google', model: 'gemini-2.5-pro' },
]

function jsonTemplates(first: string, ...rest: string[]): Templates {
  return [jsonTemplate(first), ...rest.map(jsonTemplate)]
}

function jsonTemplate(text: string): Template {
  const [before = '', after] = JSON.stringify(text).split(PLACE)
  return number => (after === undefined ? before : before + number + after)
}
