#!/usr/bin/env node
/**
 * The version matrix: the tests of each SDK against the versions of `../matrix.json`, then those of `kansa/register` under
 * other versions of Node.js. `npm run test:sdks -- openai mcp` runs these only, `-- node` only the latter.
 */
import { entriesOf, readMatrix } from './entries.ts'
import { installNode, NODE_VERSIONS } from './node-versions.ts'
import { runTests } from './run-tests.ts'
import type { Tally } from './run-tests.ts'
import { prepareTree, ROOT } from './tree.ts'

const only = new Set(process.argv.slice(2))
let passed = 0
let failed = 0

for (const entry of entriesOf(readMatrix()).filter(({ sdk }) => only.size === 0 || only.has(sdk))) {
  const { sdk, packageName, version } = entry
  const name = sdk === packageName ? `${sdk} ${version}` : `${sdk}: ${packageName} ${version}`
  const { folder, problem } = prepareTree(entry)
  if (problem === undefined) count(name, await runTests(folder, sdk))
  else count(name, { passed: 0, failed: 1, skipped: [], output: `not installed: ${problem}\n` })
}

for (const version of only.size === 0 || only.has('node') ? NODE_VERSIONS : []) {
  const node = installNode(version)
  if (typeof node === 'string') say(`kansa/register under Node.js ${version}: left out, not installed: ${node}`)
  else count(`kansa/register under Node.js ${node.version}`, await runTests(ROOT, 'register', { TEST_NODE: node.path }))
}

say(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

function count(name: string, tally: Tally): void {
  passed += tally.passed
  failed += tally.failed
  // Not as the summary at the end, for which others look.
  say(`${name}: ${tally.passed} passed, ${tally.failed} failed`)
  for (const reason of tally.skipped) say(`  ${reason}`)
  if (tally.failed > 0) say(tally.output.replaceAll(/^/gm, '  '))
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
