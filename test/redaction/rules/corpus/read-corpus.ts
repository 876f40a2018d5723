import { readFileSync } from 'node:fs'
import type { BenignField } from './benign-fields.ts'
import { CORPUS } from './corpus-files.ts'
import type { CorpusSecret } from './corpus-secret.ts'

function readLines<T>(name: string): T[] {
  return readFileSync(`${CORPUS}/${name}`, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as T)
}

export function readTokens(): CorpusSecret[] {
  return readLines('tokens.jsonl')
}

export function readStructured(): CorpusSecret[] {
  return readLines('structured.jsonl')
}

export function readIdioms(): CorpusSecret[] {
  return readLines('idioms.jsonl')
}

export function readBenign(): BenignField[] {
  return readLines('benign.jsonl')
}
