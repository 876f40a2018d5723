/** Appends one line and comes to its end with the journal open. */
import { openJournal } from '../../../src/journal/journal.ts'
import { defaults, head } from '../support/journal-options.ts'

const journal = openJournal({ ...defaults(process.argv[2] ?? ''), flushIntervalMillis: 1000 })
journal.append(head('a'))
