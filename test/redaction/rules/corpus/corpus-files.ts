import { fileURLToPath } from 'node:url'
import { benignFields } from './benign-fields.ts'
import type { CorpusSecret } from './corpus-secret.ts'
import { inParts } from './corpus-secret.ts'
import { Draw } from './draw.ts'
import { IDIOMS } from './idioms.ts'
import { structuredSecrets } from './structured-secrets.ts'
import { TOKEN_SHAPES } from './token-shapes.ts'

export const CORPUS: string = fileURLToPath(new URL('../../../vectors/redaction', import.meta.url))

/** The corpus as it is stored, by file name. */
export function corpusFiles(): Record<string, string> {
  return {
    'tokens.jsonl': lines(tokens()),
    'structured.jsonl': lines(structuredSecrets()),
    'idioms.jsonl': lines(idioms()),
    'benign.jsonl': lines(benignFields()),
  }
}

/** Two of each shape. */
function tokens(): CorpusSecret[] {
  return Object.entries(TOKEN_SHAPES).flatMap(([kind, shapes]) =>
    shapes.flatMap(shape =>
      [1, 2].map(copy => ({ kind, parts: inParts(new Draw(`${kind} ${shape} ${copy}`).shape(shape)) })),
    ),
  )
}

function idioms(): CorpusSecret[] {
  return IDIOMS.map(idiom => {
    const [before = '', shape = '', after = ''] = idiom.split(/(\{[a-z]\d+\}(?:!x)?)/)
    return { kind: 'idiom', before, parts: inParts(new Draw(idiom).shape(shape)), after }
  })
}

function lines(values: readonly unknown[]): string {
  return values.map(value => `${JSON.stringify(value)}\n`).join('')
}
