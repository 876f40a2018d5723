import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { useAuditFolders } from '../logger/support/audit-folders.ts'
import { run } from './support.ts'

describe('a worker thread with its own logger', () => {
  const newFolder = useAuditFolders()

  for (const way of ['end', 'exit']) {
    it(`has everything on disk in its own folder when it ends (${way})`, async () => {
      const folder = newFolder()
      expect(await run('worker', [folder.dir, way])).to.deep.equal({ code: 0, signal: null, stdout: '', stderr: '' })
      const own = readdirSync(join(folder.dir, 'writers')).map(name => join(folder.dir, 'writers', name))
      expect(own).to.have.length(1)
      for (const [dir, tool] of [
        [folder.dir, 'main'],
        [own[0] ?? '', 'worker'],
      ] as const) {
        expect(folder.life(dir)).to.deep.equal(['AuditStarted', 'AuditStopped'])
        expect(folder.events(dir).map(event => event.actor_id)).to.deep.equal(['kansa', tool, 'kansa'])
      }
    })
  }
})
