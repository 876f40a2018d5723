/** What a verdict means and what to do about it, in a sentence for each kind of problem. */
import type { LogReport, ProblemKind } from '../../verify/report.ts'

const BY_KIND: Readonly<Partial<Record<ProblemKind, string>>> = {
  'unsealed-tail':
    'The process ended before it sealed them. The next one to start seals them, and records that it did.',
  'torn-line': 'A crash leaves such bytes. The next process to start sets them aside, and records that it did.',
  'unfinished-commit': 'A crash within a commit leaves this. The next process to start finishes it.',
  'unsealed-journal': 'Nothing seals this journal: it can be read, but nobody can tell whether it was changed.',
  'missing-checkpoint': 'Without them nobody can tell whether records were changed. Compare with a copy of the folder.',
  'missing-tile': 'They can be made anew from the lines, but nobody but an intruder has a reason to remove them.',
  'wrong-key': 'Either the wrong key was given, or somebody signed the log anew. After a rotation of keys, give both.',
  'rolled-back': 'An older copy of the folder was put in its place, or its records were replaced by others.',
  'truncated-log': 'The newest records were lost or removed: a failing disk does that, and so does an intruder.',
}

/** The general ones are left out where they would say nothing. */
export function adviceFor({ status, problems }: LogReport): string[] {
  if (status === 'intact') return ['Intact means unchanged, not complete: what was never recorded is not missed.']
  const kinds = new Set(problems.map(({ kind }) => kind))
  return [...kinds].flatMap(kind => BY_KIND[kind] ?? [])
}
