/** Compiles src/ into dist/, then the example that `kansa demo` runs; writes the manual page. */
import { spawnSync } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'

process.chdir(join(import.meta.dirname, '..'))

rmSync('dist', { recursive: true, force: true })
compile('tsconfig.json')
// The example imports `kansa` as its users do, so it is compiled against what was just built.
compile('tsconfig.demo.json')
chmodSync('dist/cli/main.js', 0o755)
// Loaded only now: it runs the sources, and what is wrong with them is for the compiler to say.
const { writeManPage } = await import('./man-page.ts')
writeManPage()

function compile(project: string): void {
  const { status, error } = spawnSync('tsc', ['--project', project], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (error !== undefined) throw error
  // The compiler has said what is wrong.
  if (status !== 0) process.exit(1)
}
