import { type StatsFs, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type DiskLimits, type DiskSpace, shortageOf, spaceOf } from '../../src/journal/disk-space.ts'
import { DiskWatch } from '../../src/journal/disk-watch.ts'
import { type JournalNotice, NoticeBoard } from '../../src/journal/notices.ts'
import { canMount, withTmpfs } from '../faults/support/tmpfs.ts'
import { appendAll, eventually, useTestLogs } from './support/test-logs.ts'

const MEBIBYTE = 1024 * 1024

/** A disk of 1000 MiB; half a percent of it is kept for root where `reserved` says so. */
function disk(freeMebibytes: number, freeInodes = 900, inodes = 1000, reserved = 0): StatsFs {
  const [blocks, bsize, type] = [1000, MEBIBYTE, 0]
  const bfree = freeMebibytes + reserved
  return { type, bsize, blocks, bfree, bavail: freeMebibytes, files: inodes, ffree: freeInodes }
}

function space(stats: StatsFs): DiskSpace {
  const known = spaceOf(stats)
  if (known === undefined) throw new Error('nothing is known of the disk')
  return known
}

describe('the thresholds of the disk', () => {
  describe('are crossed', () => {
    const limits: DiskLimits = { minFreeBytes: 100 * MEBIBYTE, minFreePercent: 20 }
    const stageOf = (stats: StatsFs, given: Partial<DiskLimits> = {}): string => {
      const shortage = shortageOf(space(stats), { ...limits, ...given })
      return shortage === undefined ? 'none' : `${shortage.stage} ${shortage.shortOf}`
    }

    it('when one of bytes and percent is, and critically at a fifth of it', () => {
      const onlyBytes = { minFreePercent: 0 }
      expect([101, 100, 99, 20, 19].map(free => stageOf(disk(free), onlyBytes)).join(', ')).to.equal(
        'none, none, low space, low space, critical space',
      )
      const onlyPercent = { minFreeBytes: 0 }
      expect([201, 199, 41, 39].map(free => stageOf(disk(free), onlyPercent)).join(', ')).to.equal(
        'none, low space, low space, critical space',
      )
      expect(stageOf(disk(150))).to.equal('low space')
      expect(stageOf(disk(150), { minFreePercent: 10, minFreeBytes: 200 * MEBIBYTE })).to.equal('low space')
    })

    it('when inodes are used up to the same percentage', () => {
      expect([201, 199, 39].map(inodes => stageOf(disk(900, inodes))).join(', ')).to.equal(
        'none, low inodes, critical inodes',
      )
      expect(stageOf(disk(900, 0, 0)), 'a file system that makes them as needed').to.equal('none')
    })

    it('never where both are 0', () => {
      expect(stageOf(disk(0, 0), { minFreeBytes: 0, minFreePercent: 0 })).to.equal('none')
    })

    it('by what this user may write, not by what is kept for root', () => {
      expect(space(disk(95, 900, 1000, 50)).freePercent).to.equal(10)
    })

    it('nowhere that a file system does not tell', () => {
      expect(spaceOf({ ...disk(0), blocks: 0, bfree: 0, bavail: 0 })).to.equal(undefined)
    })
  })

  describe('are told', () => {
    const notices: JournalNotice[] = []
    beforeEach(() => notices.splice(0))

    function watch(ask: () => Promise<StatsFs>, limits: Partial<DiskLimits> = {}): DiskWatch {
      const board = new NoticeBoard(notice => notices.push(notice))
      const options = { dir: '/audit', notices: board, minFreeBytes: 100 * MEBIBYTE, minFreePercent: 0, ...limits }
      return new DiskWatch(options, ask)
    }

    /** What is told while so much is free, one after the other. */
    async function toldAbout(...freeMebibytes: number[]): Promise<string> {
      let free = 0
      const disks = watch(async () => disk(free))
      const told: string[] = []
      for (free of freeMebibytes) {
        await disks.look()
        const [notice, ...more] = notices.splice(0)
        expect(more).to.deep.equal([])
        told.push(notice?.kind === 'disk-low' ? notice.stage : (notice?.kind ?? '-'))
      }
      return told.join(', ')
    }

    it('once per stage, and once that it is over', async () => {
      expect(await toldAbout(500, 90, 80, 19, 10, 500, 500)).to.equal('-, low, -, critical, -, disk-recovered, -')
      expect(await toldAbout(10, 500)).to.equal('critical, disk-recovered')
    })

    it('not again and again by a disk that stays at the limit: a tenth more room ends a stage', async () => {
      expect(await toldAbout(99, 101, 99, 109, 99, 111, 99)).to.equal('low, -, -, -, -, disk-recovered, low')
      expect(await toldAbout(19, 21, 19, 23, 19)).to.equal('critical, -, -, -, critical')
    })

    it('with what is free and what is short', async () => {
      await watch(async () => disk(50)).look()
      expect(notices).to.deep.equal([
        {
          kind: 'disk-low',
          dir: '/audit',
          stage: 'low',
          shortOf: 'space',
          freeBytes: 50 * MEBIBYTE,
          freePercent: 5,
          freeInodes: 900,
          freeInodesPercent: 90,
        },
      ])
    })

    it('not where the disk cannot be asked, nor after closing', async () => {
      await watch(() => Promise.reject(new Error('ENOSYS'))).look()
      const closed = watch(async () => {
        closed.close()
        return disk(1)
      })
      await closed.look()
      expect(notices).to.deep.equal([])
    })
  })

  describe('are looked at', () => {
    const board = new NoticeBoard(() => {})

    function counting(limits: DiskLimits, answer: Promise<StatsFs>): { readonly watch: DiskWatch; asked: number } {
      const counted = {
        asked: 0,
        watch: new DiskWatch({ dir: '/audit', notices: board, ...limits }, () => {
          counted.asked++
          return answer
        }),
      }
      return counted
    }

    it('at most every ten seconds', async () => {
      const counted = counting({ minFreeBytes: 1, minFreePercent: 0 }, Promise.resolve(disk(500)))
      for (let i = 0; i < 5; i++) {
        counted.watch.lookIfDue()
        await new Promise(resolve => setImmediate(resolve))
      }
      expect(counted.asked).to.equal(1)
    })

    it('not again while a file system does not answer, nor after closing', () => {
      const now = performance.now.bind(performance)
      const hung = counting({ minFreeBytes: 0, minFreePercent: 1 }, new Promise(() => {}))
      const closed = counting({ minFreeBytes: 0, minFreePercent: 1 }, Promise.resolve(disk(500)))
      closed.watch.close()
      try {
        for (let at = 0; at < 5; at++) {
          performance.now = () => now() + at * 60_000
          hung.watch.lookIfDue()
          closed.watch.lookIfDue()
        }
      } finally {
        performance.now = now
      }
      expect([hung.asked, closed.asked]).to.deep.equal([1, 0])
    })

    it('never where both are 0', () => {
      const counted = counting({ minFreeBytes: 0, minFreePercent: 0 }, Promise.resolve(disk(0)))
      counted.watch.lookIfDue()
      expect(counted.asked).to.equal(0)
    })
  })

  describe('of a journal', () => {
    const newLog = useTestLogs()

    it('are told with its first records, on the disk it is on', async function () {
      if (!canMount()) this.skip()
      const log = newLog()
      await withTmpfs(
        'size=1m',
        async folder => {
          writeFileSync(join(folder, 'ballast'), Buffer.alloc(700_000))
          const dir = join(folder, 'audit')
          const journal = log.open({ dir, minFreePercent: 50 })
          appendAll(journal, '0')
          await eventually(() => log.kinds().includes('disk-low'), 'the warning')
          const { stage, shortOf, freeBytes } = log.notice('disk-low')
          expect({ stage, shortOf, dir: log.notice('disk-low').dir }).to.deep.equal({
            stage: 'low',
            shortOf: 'space',
            dir,
          })
          const { blocks, bsize } = statfsSync(folder)
          expect(freeBytes).to.be.below((blocks * bsize) / 2)
        },
        log,
      )
    })
  })
})
