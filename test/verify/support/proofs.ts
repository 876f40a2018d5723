// What `kansa prove` does, without the command.
import { expect } from 'chai'
import { KansaError } from '../../../src/errors.ts'
import { findLines } from '../../../src/verify/proof/find-line.ts'
import { NotProven } from '../../../src/verify/proof/not-proven.ts'
import type { Trust } from '../../../src/verify/proof/open-trusted.ts'
import { proveExtension } from '../../../src/verify/proof/prove-extension.ts'
import type { ExtensionProof } from '../../../src/verify/proof/prove-extension.ts'
import { proveRecord } from '../../../src/verify/proof/prove-record.ts'
import type { RecordProof } from '../../../src/verify/proof/prove-record.ts'
import { openSnapshot } from '../../../src/verify/snapshot.ts'
import { testSigner } from '../../support/sealed-folder.ts'

/** The key of `sealedFolder`. */
export const TRUST: Trust = { keys: [testSigner().verifier] }

/** With a copy of the line, or with the line in the journal. */
export async function recordProof(dir: string, seq: number, copy?: Buffer, trust: Trust = TRUST): Promise<RecordProof> {
  const log = await openSnapshot(dir)
  try {
    const lines = copy === undefined ? findLines(log.files, { seq }) : [{ bytes: copy, path: 'the copy', offset: 0 }]
    return proveRecord(log, seq, lines, trust)
  } finally {
    log.close()
  }
}

export async function extensionProof(
  dir: string,
  old: Uint8Array = new Uint8Array(),
  trust = TRUST,
): Promise<ExtensionProof> {
  const log = await openSnapshot(dir)
  try {
    return proveExtension(log, old, trust)
  } finally {
    log.close()
  }
}

/** Expects that there is no proof, because what it should prove is not so. */
export async function expectNotProven(proof: Promise<unknown>, message: string): Promise<void> {
  const error = await thrownBy(proof)
  expect(error).to.be.instanceOf(NotProven)
  expect(String(error)).to.include(message)
}

/** Expects that there is no proof, for a reason that says nothing about the log. */
export async function expectRefused(code: string, proof: Promise<unknown>, message: string): Promise<void> {
  const error = await thrownBy(proof)
  expect(error).to.be.instanceOf(KansaError).with.property('code', code)
  expect(String(error)).to.include(message)
}

async function thrownBy(proof: Promise<unknown>): Promise<unknown> {
  try {
    await proof
    return undefined
  } catch (error) {
    return error
  }
}
