/** Opens the journal in the folder given, says how that went, and holds it until its standard input ends. */
import { KansaError } from '../../../src/errors.ts'
import { openJournal } from '../../../src/journal/journal.ts'
import { defaults, head } from '../support/journal-options.ts'

const [dir = '', onLocked = 'refuse', behaviour = 'hold'] = process.argv.slice(2)
try {
  const journal = openJournal({ ...defaults(dir), onLocked: onLocked === 'own-folder' ? 'own-folder' : 'refuse' })
  journal.append(head(`from ${process.pid}`))
  await journal.commit()
  console.log(JSON.stringify({ opened: true, dir: journal.dir, nextSeq: journal.opening.nextSeq }))
  if (behaviour === 'hold') {
    for await (const _ of process.stdin) {
      // Anything may come; only the end counts.
    }
  }
  if (behaviour !== 'die') await journal.close()
  process.exit(0)
} catch (error) {
  const code = error instanceof KansaError ? error.code : 'none'
  console.log(JSON.stringify({ opened: false, code, message: String(error) }))
}
