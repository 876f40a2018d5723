/** Shows what the seal is for: the log is verified, then one byte of a copy is altered, and the verifier names the line. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KANSA, shortest } from './closing-report.ts'
import type { Screen } from './screen.ts'

/** To be called when the journal is closed. */
export function showSeal(dir: string, screen: Screen): void {
  screen.heading('Is the log what was written?')
  verify(shortest(dir))
  const parent = mkdtempSync(join(tmpdir(), 'kansa-copy-'))
  try {
    const copy = join(parent, 'audit')
    cpSync(dir, copy, { recursive: true })
    const change = alterOneByte(join(copy, 'audit.jsonl'))
    if (change === undefined) return
    screen.heading(`And a copy of it, in which one byte is altered (${change})?`)
    verify(copy)
  } finally {
    rmSync(parent, { recursive: true, force: true })
  }
}

/** Makes a model call cheaper by one token; returns what was done, or undefined where there is no such call. */
function alterOneByte(path: string): string | undefined {
  // One character per byte, so that positions are those in the file.
  const text = readFileSync(path, 'latin1')
  const found = /"total_tokens":\d*[1-9](?=,)/.exec(text)
  if (found === null) return undefined
  const at = found.index + found[0].length - 1
  const altered = `${text.slice(0, at)}${Number(text[at]) - 1}${text.slice(at + 1)}`
  writeFileSync(path, altered, 'latin1')
  const [, before = ''] = found[0].split(':')
  return `line ${text.slice(0, at).split('\n').length}: ${Number(before) - 1} instead of ${before} tokens`
}

function verify(dir: string): void {
  spawnSync(process.execPath, [KANSA, 'verify', '--dir', dir], { stdio: 'inherit' })
}
