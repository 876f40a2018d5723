/** All subjects of the read suite. */
import type { Subject } from './subject.ts'
import { duckdb } from './subjects/duckdb.ts'
import { jq } from './subjects/jq.ts'
import { kansa } from './subjects/kansa.ts'
import { nodeStart } from './subjects/node-start.ts'
import { plainNode } from './subjects/plain-node.ts'
import { tailJq } from './subjects/tail-jq.ts'

export const SUBJECTS: Readonly<Record<string, Subject>> = {
  kansa,
  'plain-node': plainNode,
  duckdb,
  jq,
  'tail-jq': tailJq,
  'node-start': nodeStart,
}

/** Says nothing, so that nothing can be wrong. */
export const SILENT: ReadonlySet<string> = new Set(['node-start'])
