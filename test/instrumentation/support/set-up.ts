/** What tests of an SDK share, for the `describe` that calls these: made before its first test, gone after its last. */
import { startModelServer } from '../../support/model-server.ts'
import type { ModelServer } from '../../support/model-server.ts'
import type { Audited } from './audited.ts'

/** What is recorded is forgotten before each test. */
export function useAudited<A extends Audited>(audit: () => A): A {
  // Filled before the first test, so that a `describe` can hand it on.
  const audited = {} as A
  before(() => void Object.assign(audited, audit()))
  after(() => audited.stop())
  beforeEach(() => audited.clear())
  return audited
}

/** Requests are kept; a test that counts them calls `clear` first. */
export function useModelServer(): ModelServer {
  const server = {} as ModelServer
  before(async () => void Object.assign(server, await startModelServer()))
  after(() => server.close())
  return server
}
