/** Writes the example at the end of docs/file-format.md: true bytes of a log of three records. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { leafReader } from '../test/seal/support/leaves.ts'
import { EXAMPLE_ORIGIN, EXAMPLE_SEED, example } from '../test/verify/support/tampering/logs.ts'
import { encodeBase64 } from '../src/seal/base64.ts'
import { rootOf } from '../src/seal/hash-reader.ts'
import { proveInclusion } from '../src/seal/inclusion-proof.ts'
import { formatSigningKey } from '../src/seal/key-text.ts'
import { leafHash, nodeHash } from '../src/seal/merkle-hash.ts'
import { formatTlogProof } from '../src/seal/tlog-proof.ts'

export const FILE_FORMAT: string = join(import.meta.dirname, '../docs/file-format.md')
const HEADING = '## Example\n'
const TILE = 'seal/tile/0/000.p/3'

/** The section from its heading on. */
export function formatExample(): string {
  const log = example()
  const leaves = log.lines.map(line => leafHash(Buffer.from(line)))
  const [first, second, third] = leaves
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('the example has three records')
  const left = nodeHash(first, second)
  const root = nodeHash(left, third)
  const reader = leafReader(leaves)
  const checkpoint = log.bytes('seal/checkpoint')
  const proof = formatTlogProof({ index: 1, proof: proveInclusion(reader, 1, 3), checkpoint })
  if (!rootOf(reader, 3).equals(root)) throw new Error('the example computes another root')
  return `${HEADING}
The log in [test/vectors/tampering/intact-three-records](../test/vectors/tampering/intact-three-records): three records, one
checkpoint behind the first one. (\`npm run docs\` writes this section, and a test compares it.)

\`audit.jsonl\`:

${block(log.text('audit.jsonl'))}

The leaf hashes, SHA-256 of a zero byte and each line; \`${TILE}\` has these 96 bytes:

${block(leaves.map(hex).join(''))}

The node over the first two, and the root over that and the third:

${block(hex(left) + hex(root))}

The root in base64:

${block(`${encodeBase64(root)}\n`)}

\`seal/format\`:

${block(log.text('seal/format'))}

\`seal/kansa.vkey\`; the key was made from 32 bytes 0x01, so its signing key is the second line:

${block(`${log.text('seal/kansa.vkey')}${formatSigningKey(EXAMPLE_ORIGIN, EXAMPLE_SEED)}\n`)}

\`seal/checkpoints\`, with an empty line behind each note; the second note is \`seal/checkpoint\` too:

${block(log.text('seal/checkpoints'))}

A proof that record 1 is in the log:

${block(String(proof))}
`
}

function block(text: string): string {
  return `\`\`\`text\n${text}\`\`\``
}

function hex(hash: Buffer): string {
  return `${hash.toString('hex')}\n`
}

/** The page with a section that is up to date. */
export function withExample(page: string): string {
  return page.slice(0, page.indexOf(`\n${HEADING}`) + 1) + formatExample()
}

if (import.meta.main) writeFileSync(FILE_FORMAT, withExample(readFileSync(FILE_FORMAT, 'utf8')))
