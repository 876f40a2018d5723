/** Writes test/vectors/redaction: made-up secrets in parts, and fields of agents' logs that hold none. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { CORPUS, corpusFiles } from '../test/redaction/rules/corpus/corpus-files.ts'

mkdirSync(CORPUS, { recursive: true })
for (const [name, text] of Object.entries(corpusFiles())) writeFileSync(`${CORPUS}/${name}`, text)
