/** Lines of journals for tests of readers, and folders to put them in. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A valid line of a tool call, without line feed. `fields` replace or add fields of the envelope. */
export function lineText(number: number, fields: Record<string, unknown> = {}): string {
  const timestamp = new Date(Date.UTC(2026, 10, 22, 10, 0, 0) + number).toISOString()
  const data = {
    tool_name: 'shell',
    call_id: `call-${number}`,
    parameters: '{"cmd":"ls -la"}',
    execution_time: timestamp,
    duration_ms: 150,
    success: true,
    output_preview: 'total 48',
    permission_granted: true,
  }
  const event = { id: `id-${number}`, timestamp, actor_id: 'agent-1', event_type: { type: 'ToolCall', data } }
  return JSON.stringify({ ...event, ...fields, seq: number })
}

/** `\n`-ended lines number `first` to `last`. */
export function lineTexts(first: number, last: number): string {
  let text = ''
  for (let number = first; number <= last; number++) text += `${lineText(number)}\n`
  return text
}

/** The numbers of lines made by `lineText`, wherever they were read from. */
export function numbersIn(text: string): number[] {
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line).seq)
}

export function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
}

/** Inside a `describe`: a factory of new folders, removed after each test. */
export function useFolders(): () => string {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'kansa-reader-'))
    folders.push(folder)
    return folder
  }
}

/** Writes files: names below `dir` and their content. */
export function writeFiles(dir: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content)
}

/** A factory of folders that hold files, made of one of empty folders. */
export function filled(newFolder: () => string): (files: Parameters<typeof writeFiles>[1]) => string {
  return files => {
    const dir = newFolder()
    writeFiles(dir, files)
    return dir
  }
}
