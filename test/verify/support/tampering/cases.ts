/** The whole corpus. */
import { crashCases } from './crash-cases.ts'
import { fileCases } from './file-cases.ts'
import { lineCases } from './line-cases.ts'
import { noteAndKeyCases } from './note-cases.ts'
import { sealCases } from './seal-cases.ts'
import type { TamperingCase } from './tampering-case.ts'
import { untouchedCases } from './untouched-cases.ts'

export function tamperingCases(): TamperingCase[] {
  return [untouchedCases, crashCases, lineCases, fileCases, sealCases, noteAndKeyCases].flatMap(make => make())
}
