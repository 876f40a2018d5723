import { expect } from 'chai'
import { AuditInstrumentation } from '../../../src/instrumentation/audit-instrumentation.ts'
import { MCP } from '../../../src/instrumentation/mcp/mcp-sdk.ts'
import { neverCalledText } from '../../../src/pipeline/instrumented-sdks.ts'
import { COPIES } from './support.ts'

describe('mcp: an SDK that was never called', () => {
  it('is said to be one only where it was loaded', () => {
    const instrumentation = new AuditInstrumentation(MCP)
    instrumentation.enable()
    const before = neverCalledText() ?? ''
    instrumentation.attachTo(COPIES[0]?.client)
    const after = neverCalledText() ?? ''
    instrumentation.disable()

    expect(before.split(',')).to.not.include('mcp')
    expect(after.split(',')).to.include('mcp')
  })
})
