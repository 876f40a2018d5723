/** The tools of the agent. They read, and nothing else; what they may read is the sandbox's business. */
import { spawn } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { splitCommand } from './command-line.ts'
import type { Sandbox } from './sandbox-policy.ts'

export type ToolArguments = Readonly<Record<string, unknown>>

export interface ToolContext {
  readonly sandbox: Sandbox
  readonly signal: AbortSignal
}

export interface Tool {
  readonly name: string
  readonly description: string
  /** JSON schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>
  run(args: ToolArguments, context: ToolContext): Promise<string>
}

const text = (description: string): object => ({ type: 'string', description })
const object = (properties: object, required: readonly string[]): Tool['parameters'] => ({
  type: 'object',
  properties,
  required,
})

const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['.cache', '.git', 'coverage', 'dist', 'node_modules'])
const MAX_LISTED_FILES = 40
const MAX_SEARCHED_BYTES = 1024 * 1024

export const listFiles: Tool = {
  name: 'list_files',
  description: 'Lists the files of the project.',
  parameters: object({}, []),
  async run(_args, { sandbox }) {
    const paths = await filesBelow(sandbox)
    const shown = paths.slice(0, MAX_LISTED_FILES)
    const cut = shown.length < paths.length ? `, the first ${shown.length} of them` : ''
    return [`${paths.length} files${cut}`, ...shown].join('\n')
  },
}

export const readProjectFile: Tool = {
  name: 'read_file',
  description: 'Reads a text file of the project, from its first line.',
  parameters: object({ path: text('relative path'), lines: { type: 'integer', description: 'at most so many' } }, [
    'path',
  ]),
  async run(args, { sandbox, signal }) {
    const path = sandbox.resolve(stringArgument(args, 'path'), 'read_file')
    const lines = (await readFile(path, { encoding: 'utf8', signal })).replace(/\n$/, '').split('\n')
    const shown = typeof args['lines'] === 'number' ? lines.slice(0, args['lines']) : lines
    return [`${relative(sandbox.root, path)}, ${lines.length} lines`, ...shown].join('\n')
  },
}

export const searchText: Tool = {
  name: 'search_text',
  description: 'Counts where a text occurs in the project, the file with the most matches first.',
  parameters: object({ text: text('what to look for, literally') }, ['text']),
  async run(args, { sandbox, signal }) {
    const wanted = stringArgument(args, 'text')
    const found: { path: string; count: number }[] = []
    for (const path of await filesBelow(sandbox)) {
      signal.throwIfAborted()
      const file = join(sandbox.root, path)
      if ((await stat(file)).size > MAX_SEARCHED_BYTES) continue
      const count = (await readFile(file, 'utf8')).split(wanted).length - 1
      if (count > 0) found.push({ path, count })
    }
    const files = found.toSorted((a, b) => b.count - a.count)
    const total = files.reduce((sum, file) => sum + file.count, 0)
    const lines = files.map(({ path, count }) => `${path}: ${count} ${count === 1 ? 'match' : 'matches'}`)
    return [`${total} matches in ${files.length} ${files.length === 1 ? 'file' : 'files'}`, ...lines].join('\n')
  },
}

export const shell: Tool = {
  name: 'shell',
  description: 'Runs one command in the root of the project and returns what it prints. No pipes, no redirection.',
  parameters: object({ command: text('for example: wc -l README.md') }, ['command']),
  async run(args, { sandbox, signal }) {
    const [program = '', ...rest] = splitCommand(stringArgument(args, 'command'))
    sandbox.checkArguments(rest, 'shell')
    // No shell: what the policy looked at is what runs, nothing can be hidden behind `;`, `$(…)` or a pipe.
    const child = spawn(program, rest, {
      cwd: sandbox.root,
      env: sandbox.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: sandbox.timeoutMillis,
      signal,
    })
    let output = ''
    const keep = (chunk: string): void => {
      if (output.length < sandbox.maxOutputChars) output += chunk
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    if (code !== 0) throw new Error(`${program} ended with ${code ?? child.signalCode}: ${output.trim()}`)
    return output
  },
}

/** A missing or wrong argument is the model's mistake; it is told so and can try again. */
export function stringArgument(args: ToolArguments, name: string): string {
  const value = args[name]
  if (typeof value !== 'string' || value === '') throw new TypeError(`the argument "${name}" must be a text`)
  return value
}

/** Relative paths of all files that the agent may see, sorted. Symbolic links are not followed. */
async function filesBelow(sandbox: Sandbox): Promise<string[]> {
  const paths: string[] = []
  const folders = [sandbox.root]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (sandbox.isOffLimits(path)) continue
      if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) folders.push(path)
      if (entry.isFile()) paths.push(relative(sandbox.root, path))
    }
  }
  return paths.toSorted()
}
