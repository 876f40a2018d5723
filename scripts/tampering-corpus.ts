/** Writes test/vectors/tampering: small sealed folders, each with one attack, and what a verifier must say of it. */
import { mkdirSync } from 'node:fs'
import { tamperingCases } from '../test/verify/support/tampering/cases.ts'
import { CORPUS, removeCases, writeCase } from '../test/verify/support/tampering/corpus.ts'

mkdirSync(CORPUS, { recursive: true })
removeCases(CORPUS)
for (const each of tamperingCases()) writeCase(CORPUS, each)
