// Installs what the lock file pins, unless that was done already. Plain JavaScript: on a fresh machine it runs on
// whatever Node.js is there. `npm ci`, not `npm install`: starting the example must not change the lock file.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'

function modifiedMillis(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

if (modifiedMillis('node_modules/.package-lock.json') < modifiedMillis('package-lock.json')) {
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: 'inherit', shell: true })
  process.exit(npm.status ?? 1)
}
