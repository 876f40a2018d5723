import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { messageOf } from '../../src/errors.ts'
import { codeOf } from '../../src/journal/system-error.ts'
import { createMemoryAuditLogger } from '../../src/testing.ts'
import { codeOf as codeOfRead } from '../../src/verify/plain-file.ts'

/** As what Node.js throws is for a package that Jest has loaded into a context of its own: another `Error` than ours. */
const foreign: unknown = runInNewContext(
  `Object.assign(new TypeError('ENOENT: no such file'), { code: 'ENOENT', errno: -2 })`,
)

describe('an error of another context', () => {
  it('is no instance of ours', () => {
    expect(foreign).not.to.be.instanceOf(Error)
  })

  it('is known by its code, so that a missing file is a missing file', () => {
    expect([codeOf(foreign), codeOfRead(foreign)]).to.deep.equal(['ENOENT', 'ENOENT'])
  })

  it('has a message', () => {
    expect(messageOf(foreign)).to.equal('ENOENT: no such file')
  })

  it('is recorded like any other', () => {
    const audit = createMemoryAuditLogger()
    audit.logToolCall({ toolName: 'read', error: foreign })
    audit.logToolCall({ toolName: 'read', parameters: { foreign } })
    const [failed, given] = audit.events.map(({ event_type: { data } }) => data)
    expect(failed).to.include({ error: 'ENOENT: no such file', error_type: 'TypeError' })
    expect(given).to.include({ parameters: '{"foreign":{"name":"TypeError","message":"ENOENT: no such file"}}' })
  })
})
