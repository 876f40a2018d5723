/** A folder of a user who installed the package. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './pages.ts'

const TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    types: ['node'],
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
  },
}

export class UserFolder {
  readonly path: string = mkdtempSync(join(realpathSync(tmpdir()), 'kansa-docs-'))

  constructor() {
    mkdirSync(join(this.path, 'node_modules'))
    symlinkSync(ROOT, join(this.path, 'node_modules/kansa'), 'dir')
    for (const scope of ['@opentelemetry', '@types']) {
      symlinkSync(join(ROOT, 'node_modules', scope), join(this.path, 'node_modules', scope), 'dir')
    }
    this.write('package.json', JSON.stringify({ type: 'module' }))
    this.write('tsconfig.json', JSON.stringify(TSCONFIG))
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.path, name), text)
  }

  /** Runs a program as `node program.ts` does. @throws with what it printed, when its exit code is not 0. */
  run(code: string): void {
    this.write('program.ts', code)
    this.execute(process.execPath, ['program.ts'])
  }

  /** What a command printed. @throws with what it said, when its exit code is not 0. */
  execute(command: string, args: readonly string[]): string {
    return execFileSync(command, args, { cwd: this.path, encoding: 'utf8', timeout: 30_000, stdio: 'pipe' })
  }

  /** The lines of the journal. */
  journal(): string[] {
    return readFileSync(join(this.path, 'audit/audit.jsonl'), 'utf8').trimEnd().split('\n')
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
