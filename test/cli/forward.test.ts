import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually, useAuditFolders } from '../pipeline/logger/support/audit-folders.ts'
import { deadLettersIn, useDeliveries, writeLog } from '../forward/support/deliveries.ts'
import { answer, attributeOf, TAKE } from '../forward/support/endpoint.ts'
import { type Finished, kansa, MAIN } from './support/kansa.ts'

describe('kansa forward', () => {
  const newFolder = useAuditFolders()
  const { endpoint: newEndpoint, deliver } = useDeliveries()
  const forward = async (...args: readonly string[]): Promise<Finished> => await kansa(['forward', ...args])

  it('delivers what a dead machine left, once, and says how much', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 10)
    const args = ['--dir', folder.dir, '--endpoint', endpoint.url, '--header', 'x-key=secret=1']
    const { code, stdout, stderr } = await forward(...args)
    expect([code, stdout]).to.deep.equal([0, ''])
    expect(stderr).to.include('12 records delivered in all')
    expect(endpoint.ids).to.deep.equal(folder.events().map(({ id }) => id))
    expect(endpoint.arrivals[0]?.headers['x-key']).to.equal('secret=1')
    await forward(...args)
    expect(endpoint.ids).to.have.length(12)
  })

  it('delivers again from where --from says, and to another --name all of it', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 10)
    const args = ['--dir', folder.dir, '--endpoint', endpoint.url]
    await forward(...args)
    expect((await forward(...args, '--from', '8')).code).to.equal(0)
    expect(endpoint.sequence.filter(name => !name.startsWith('c')).slice(12)).to.deep.equal(['8', '9', '10', '11'])
    expect((await forward(...args, '--name', 'replay')).code).to.equal(0)
    expect(endpoint.ids).to.have.length(12 + 4 + 12)
  })

  it('delivers every log of the folder', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    const audits = [folder.open(), folder.open({ onLocked: 'own-folder' })]
    for (const audit of audits) await audit.shutdown()
    expect((await forward('--dir', folder.dir, '--endpoint', endpoint.url)).code).to.equal(0)
    expect(new Set(endpoint.ids).size).to.equal(4)
  })

  it('filters as the other commands do, and counts what it leaves out', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 10)
    const { stderr } = await forward('--dir', folder.dir, '--endpoint', endpoint.url, '--type', 'security')
    expect(stderr).to.include('2 records delivered in all, 10 left out by the filter')
    expect(endpoint.ids).to.have.length(2)
  })

  it('follows a log that is being written, until it is interrupted', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    const audit = folder.open()
    await audit.flush()
    const child = spawn(process.execPath, [
      MAIN,
      'forward',
      '--follow',
      '--dir',
      folder.dir,
      '--endpoint',
      endpoint.url,
    ])
    const exited = once(child, 'exit')
    await eventually(() => endpoint.ids.length === 1, 'the first record')
    audit.logToolCall({ toolName: 'shell' })
    await audit.flush()
    await eventually(() => endpoint.ids.length === 2, 'the next one')
    child.kill('SIGINT')
    expect(await exited).to.deep.equal([0, null])
  })

  it('exits with 1 when records were refused', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 6)
    endpoint.reply = (arrival, ...rest) =>
      arrival.records.some(record => attributeOf(record, 'agent_audit.log.index') === 3)
        ? answer(400)(arrival, ...rest)
        : TAKE(arrival, ...rest)
    const { code, stderr } = await forward('--dir', folder.dir, '--endpoint', endpoint.url)
    expect(code).to.equal(1)
    expect(stderr).to.include('1 refused')
    expect(deadLettersIn(folder.dir)).to.have.length(1)
  })

  it('exits with 3 when nobody takes anything, and when somebody else delivers', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 3)
    const away = await forward('--dir', folder.dir, '--endpoint', 'http://127.0.0.1:9/v1/logs', '--patience', '300ms')
    expect(away.code).to.equal(3)
    expect(away.stderr).to.include('ECONNREFUSED').and.to.include('5 to go')
    const delivery = deliver(folder.dir, { url: endpoint.url })
    await delivery.drained()
    const locked = await forward('--dir', folder.dir, '--endpoint', endpoint.url)
    expect(locked.code).to.equal(3)
    expect(locked.stderr).to.include('is being delivered to "default"')
  })

  it('exits with 4 when everything sealed was delivered, and more is there', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 3)
    const path = join(folder.dir, 'audit.jsonl')
    const text = readFileSync(path, 'utf8')
    const last = text.trim().split('\n').at(-1) ?? ''
    writeFileSync(path, `${text}${last.replace(/"seq":\d+/, '"seq":5')}\n`)
    const { code, stderr } = await forward('--dir', folder.dir, '--endpoint', endpoint.url)
    expect(code).to.equal(4)
    expect(stderr).to.include('1 record not sealed yet')
    expect(endpoint.ids).to.have.length(5)
  })

  const wrong: readonly (readonly [string, readonly string[]])[] = [
    ['an address that is none', ['--endpoint', 'nowhere']],
    ['a name that is no file name', ['--endpoint', 'http://127.0.0.1:9/v1/logs', '--name', '../x']],
    ['a header without a value', ['--endpoint', 'http://127.0.0.1:9/v1/logs', '--header', 'secret']],
    ['both --once and --follow', ['--endpoint', 'http://127.0.0.1:9/v1/logs', '--once', '--follow']],
  ]
  for (const [what, args] of wrong) {
    it(`refuses ${what} as wrong usage`, async () => {
      const folder = newFolder()
      await writeLog(folder, 1)
      expect((await forward('--dir', folder.dir, ...args)).code).to.equal(2)
    })
  }

  it('is seen in kansa stats', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 3)
    await forward('--dir', folder.dir, '--endpoint', endpoint.url)
    const audit = folder.open()
    await audit.flush()
    const json = await kansa(['stats', '--dir', folder.dir, '--json'])
    const [delivery] = JSON.parse(json.stdout).delivery
    expect(delivery).to.include({
      destination: 'default',
      delivered: 5,
      pending: 1,
      rejected: 0,
      missing: 0,
      skipped: 0,
    })
    expect(delivery.lag_ms).to.be.a('number')
    const { stdout } = await kansa(['stats', '--dir', folder.dir])
    expect(stdout).to.match(/Delivery\n +destination +delivered.*\n +default +5 +1 /)
  })
})
