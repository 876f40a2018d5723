/** A tiny project in the temporary folder, for running where there is no repository to work on. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FILES: Readonly<Record<string, string>> = {
  'README.md': '# Scratch\n\nA web server in two files.\n',
  'config.ts': `export function port(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value)) throw new TypeError('the port must be a number')
  if (value < 1 || value > 65_535) throw new RangeError('the port must be between 1 and 65535')
  return value
}
`,
  'server.ts': `import { createServer } from 'node:http'
import { port } from './config.ts'

createServer((_request, response) => response.end('hello')).listen(port(process.argv[2] ?? '8080'))
`,
}

export interface ScratchProject {
  readonly root: string
  remove(): void
}

export function createScratchProject(): ScratchProject {
  const root = mkdtempSync(join(tmpdir(), 'kansa-demo-'))
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(root, name), content)
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}
