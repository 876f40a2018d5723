// What Kansa's own verifier says of a case, in the words of case.json.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { verify } from '../../../../src/verify.ts'
import type { LogReport, VerifyOptions } from '../../../../src/verify.ts'
import { KansaError } from '../../../../src/errors.ts'
import { worstStatus } from '../../../../src/verify/report.ts'
import type { StoredCase } from './corpus.ts'
import type { TamperingCase } from './tampering-case.ts'

export interface Verdict {
  readonly status: TamperingCase['status']
  readonly kinds: readonly string[]
  readonly reports: readonly LogReport[]
}

export async function verdictOn(folder: string, { keys = [], sharedKey, atLeast }: StoredCase): Promise<Verdict> {
  return verdictBy({
    dir: join(folder, 'log'),
    keys: sharedKey === undefined ? keys : [...keys, sharedKey],
    atLeast: atLeast === undefined ? [] : [readFileSync(join(folder, atLeast))],
  })
}

export async function statusBy(options: VerifyOptions): Promise<TamperingCase['status']> {
  return (await verdictBy(options)).status
}

async function verdictBy(options: VerifyOptions): Promise<Verdict> {
  try {
    const reports = await verify(options)
    const kinds = new Set(reports.flatMap(({ problems }) => problems.map(({ kind }) => kind)))
    return { status: worstStatus(reports.map(({ status }) => status)), kinds: [...kinds].toSorted(), reports }
  } catch (error) {
    if (!(error instanceof KansaError)) throw error
    return { status: 'unreadable', kinds: [], reports: [] }
  }
}
