/** The documentation as its readers see it: pages, code blocks, commands, links. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT: string = join(import.meta.dirname, '../../..')

/** Every page, relative to the repository. */
export const PAGES: readonly string[] = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: ROOT }).toSorted()

const FENCED = /^```(?<language>\w*)[^\n]*\n(?<code>[\s\S]*?)^```/gm

export function textOf(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8')
}

/** The code blocks in a language. */
export function blocksOf(page: string, language: string): string[] {
  return [...textOf(page).matchAll(FENCED)]
    .filter(({ groups }) => groups?.['language'] === language)
    .map(({ groups }) => groups?.['code'] ?? '')
}

/** What stands in backquotes outside of code blocks. */
export function spansOf(page: string): string[] {
  return [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)
}

export function proseOf(page: string): string {
  return textOf(page).replaceAll(FENCED, '')
}

/** Where links to files of the repository lead. */
export function linksOf(page: string): { path: string; anchor: string | undefined }[] {
  const targets = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return targets
    .filter(target => !/^[a-z]+:/.test(target))
    .map(target => {
      const [path = '', anchor] = target.split('#')
      return { path: path === '' ? page : join(page, '..', path), anchor }
    })
}

/** The anchors that a page's headings get. */
export function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** The simple commands that a page shows, as words: lines of shell blocks, and what stands in backquotes and looks so. */
export function commandsOf(page: string): string[][] {
  const lines = [
    ...blocksOf(page, 'sh').flatMap(block => block.replaceAll('\\\n', ' ').split('\n')),
    ...spansOf(page).filter(span => /^(npm|npx|kansa|node|\.ci\/run)( |$)/.test(span) && !/^(kansa|node)$/.test(span)),
  ]
  return lines.flatMap(simpleCommands)
}

/** `a 'x | y' | b # c` as `a`, `x | y` and `b`. */
export function simpleCommands(line: string): string[][] {
  const commands: string[][] = [[]]
  for (const [word] of line.matchAll(/#.*|'[^']*'|"[^"]*"|&&|\|\|?|;|[^\s'"|;&]+/g)) {
    if (word.startsWith('#')) break
    if (/^(&&|\|\|?|;)$/.test(word)) commands.push([])
    else commands.at(-1)?.push(word.replaceAll(/^['"]|['"]$/g, ''))
  }
  return commands.filter(words => words.length > 0)
}
