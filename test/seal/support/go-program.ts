// The program in test/seal/go: Go's own libraries for notes and trees, asked by JSON.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SOURCE = join(import.meta.dirname, '../go')

/** Bytes are base64; see main.go. */
export interface Question {
  readonly op: string
  readonly note?: string | undefined
  readonly text?: string
  readonly name?: string
  readonly secret?: string
  readonly keys?: readonly string[]
  readonly size?: number
  readonly root?: string
  readonly oldSize?: number
  readonly oldRoot?: string
  readonly index?: number
  readonly leaf?: string
  readonly proof?: readonly string[]
  readonly entries?: readonly string[]
  readonly tiles?: Readonly<Record<string, string>>
  readonly file?: string
}

export interface Answer {
  readonly error?: string
  readonly text?: string
  readonly verified?: readonly string[]
  readonly note?: string
  readonly private?: string
  readonly public?: string
  readonly size?: number
  readonly root?: string
  readonly proof?: readonly string[]
  readonly hashes?: readonly string[]
  readonly paths?: readonly string[]
  readonly tiles?: Readonly<Record<string, string>>
  readonly origin?: string
  readonly record?: string
  readonly extension?: string
}

/** Why the program cannot be built here; undefined where it can. */
export function missingGo(): string | undefined {
  const { error } = spawnSync('go', ['version'])
  return error === undefined ? undefined : `there is no Go on the PATH (${error.message})`
}

/**
 * Inside a `describe`: the program, built before the first test. Where it cannot be built the tests are skipped, and the
 * reason is printed.
 */
export function useGoProgram(): () => GoProgram {
  let program: GoProgram | undefined
  before(function () {
    const reason = missingGo()
    if (reason !== undefined) {
      console.log(`      skipped: ${reason}`)
      this.skip()
    }
    program = new GoProgram()
  })
  after(() => program?.remove())
  return () => {
    if (program === undefined) throw new Error('it is built before the first test')
    return program
  }
}

export class GoProgram {
  private readonly folder = mkdtempSync(join(tmpdir(), 'kansa-sealcheck-'))
  private readonly binary = join(this.folder, 'sealcheck')

  /** Builds it with the module versions that are pinned. */
  constructor() {
    try {
      execFileSync('go', ['build', '-mod=readonly', '-o', this.binary, '.'], { cwd: SOURCE, stdio: 'pipe' })
    } catch (error) {
      this.remove()
      throw error
    }
  }

  /** One answer for each question, in order. */
  ask(questions: readonly Question[]): Answer[] {
    const maxBuffer = 64 * 1024 * 1024
    return JSON.parse(execFileSync(this.binary, { input: JSON.stringify(questions), encoding: 'utf8', maxBuffer }))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

export function fromBase64(text = ''): Buffer {
  return Buffer.from(text, 'base64')
}
