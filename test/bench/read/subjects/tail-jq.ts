/** The end of the active file, without a look at whether it holds a hundred whole events. */
import { TAIL_LINES } from '../scenarios.ts'
import type { Subject } from '../subject.ts'

export const tailJq: Subject = {
  tail: ({ files }) => ({
    file: 'sh',
    args: ['-c', `tail -n ${TAIL_LINES} "$1" | jq -c .`, 'sh', ...files.slice(-1)],
    isPipe: true,
  }),
}
