// Compiles src/ into dist/.
import { execFileSync } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
execFileSync('tsc', ['--project', 'tsconfig.json'], { stdio: 'inherit', shell: process.platform === 'win32' })
chmodSync('dist/cli/main.js', 0o755)
