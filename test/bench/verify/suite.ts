/** Verifying: from starting `kansa verify` to its verdict, beside a loop that does no more than hash each line. */
import type { Prepared, PrepareRequest, Suite } from '../suite.ts'
import { makeSpool } from '../forward/spool.ts'
import { reportOnVerifying } from './report.ts'

const RECORDS = 1_000_000
const QUICK_RECORDS = 10_000

export const verifySuite: Suite = {
  name: 'verify',
  title: 'Verifying the journal',
  scenarios: ['whole-log'],
  subjects: ['kansa-verify', 'line-hashes'],
  program: new URL('program.ts', import.meta.url),
  counts: { 'whole-log': { records: RECORDS } },
  quickCounts: { 'whole-log': { records: QUICK_RECORDS } },
  packages: [],
  prepare: async ({ folder, quick }: PrepareRequest): Promise<Prepared> => {
    await makeSpool(folder, quick ? QUICK_RECORDS : RECORDS)
    return { versions: {}, leftOut: new Map() }
  },
  applies: () => true,
  report: reportOnVerifying,
}
