import { expect } from 'chai'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMemoryAuditLogger } from 'kansa/testing'
import type { MemoryAuditLogger } from 'kansa/testing'
import type { ToolCallRequest } from '../../examples/agent-runtime/chat-wire.ts'
import { nobody } from '../../examples/agent-runtime/approval.ts'
import { PermissionPolicy, RULES } from '../../examples/agent-runtime/permission-policy.ts'
import type { Approver } from '../../examples/agent-runtime/permission-policy.ts'
import { Sandbox } from '../../examples/agent-runtime/sandbox-policy.ts'
import { ToolRouter } from '../../examples/agent-runtime/tool-router.ts'
import type { ToolResult } from '../../examples/agent-runtime/tool-router.ts'
import { readProjectFile, searchText, shell } from '../../examples/agent-runtime/tools.ts'
import { dataOf, temporaryFolder } from './support/run-example.ts'

const kimSaysYes: Approver = () => Promise.resolve({ granted: true, person: 'kim' })
const kimSaysNo: Approver = () => Promise.resolve({ granted: false, person: 'kim' })

describe("the example's tool router", () => {
  const outside = temporaryFolder()
  const project = temporaryFolder()
  let audit: MemoryAuditLogger

  before(() => {
    audit = createMemoryAuditLogger({ global: true })
    writeFileSync(join(outside.path, 'secret.txt'), 'secret')
    writeFileSync(join(project.path, 'notes.txt'), 'one\ntwo\n')
    writeFileSync(join(project.path, '.env'), 'KEY=1')
    mkdirSync(join(project.path, 'audit'))
    writeFileSync(join(project.path, 'audit/audit.jsonl'), '{}')
    symlinkSync(join(outside.path, 'secret.txt'), join(project.path, 'link.txt'))
  })

  beforeEach(() => audit.clear())

  after(async () => {
    await audit.shutdown()
    outside.remove()
    project.remove()
  })

  function run(name: string, args: string, ask: Approver = nobody, signal?: AbortSignal): Promise<ToolResult> {
    const sandbox = new Sandbox(audit, project.path, ['audit'])
    const router = new ToolRouter(new PermissionPolicy(audit, RULES, ask), sandbox)
    const call: ToolCallRequest = { id: 'call-1', type: 'function', function: { name, arguments: args } }
    return router.run(call, [readProjectFile, searchText, shell], signal ?? new AbortController().signal)
  }

  const runShell = (command: string, ask?: Approver): Promise<ToolResult> =>
    run('shell', JSON.stringify({ command }), ask)

  it('runs a command that only reads', async () => {
    expect(await runShell('wc -l "notes.txt"')).to.deep.equal({ success: true, result: '2 notes.txt\n' })
    expect(dataOf(audit.events, 'ToolCall')[0]).to.include({ permission_granted: true, decided_by: 'reading-commands' })
  })

  for (const { command, rule } of [
    { command: 'rm -rf .', rule: 'no-deletion' },
    { command: '/bin/rm notes.txt', rule: 'no-deletion' },
    { command: '"rm" notes.txt', rule: 'no-deletion' },
    { command: 'curl http://127.0.0.1/', rule: 'no-network' },
    { command: 'touch new.txt', rule: 'default' },
    { command: './ls', rule: 'default' },
    { command: 'ls; rm notes.txt', rule: 'tool-router' },
    { command: 'ls $(rm notes.txt)', rule: 'tool-router' },
    { command: 'cat notes.txt > notes.txt', rule: 'tool-router' },
    { command: 'cat "notes.txt', rule: 'tool-router' },
    { command: '', rule: 'tool-router' },
  ]) {
    it(`does not run \`${command}\``, async () => {
      const { success } = await runShell(command)
      expect(success).to.equal(false)
      const [call] = dataOf(audit.events, 'ToolCall')
      expect(call).to.include({ success: false, permission_granted: false, decided_by: rule })
      expect((await run('read_file', '{"path":"notes.txt"}')).result).to.include('one\ntwo')
    })
  }

  for (const path of ['/etc/passwd', '../', 'link.txt', 'audit/audit.jsonl', '.env', '.envrc']) {
    it(`does not read ${path}, neither as a file nor by a command`, async () => {
      const results = [await run('read_file', JSON.stringify({ path })), await runShell(`cat ${path}`)]
      expect(results.map(({ success }) => success)).to.deep.equal([false, false])
      const findings = dataOf(audit.events, 'Security')
      expect(findings.map(data => data.category)).to.deep.equal(['SandboxViolation', 'SandboxViolation'])
      expect(findings[0]?.context['path']).to.equal(path)
    })
  }

  it('looks at the value of an option too', async () => {
    expect((await runShell('wc --files0-from=/etc/passwd')).result).to.equal(
      'Error: /etc/passwd is outside the sandbox',
    )
  })

  it('asks a person about what no rule knows, and records who answered', async () => {
    const yes = await runShell('echo hello', kimSaysYes)
    expect(yes.result).to.equal('hello\n')
    const no = await runShell('echo hello', kimSaysNo)
    expect(no.success).to.equal(false)
    const answers = dataOf(audit.events, 'ToolCall').map(data => [data.decision, data.permission_granted])
    expect(answers).to.deep.equal([
      ['Ask', true],
      ['Ask', false],
    ])
    expect(dataOf(audit.events, 'ToolCall')[0]).to.include({ decided_by: 'kim', decided_by_type: 'user' })
  })

  it('keeps API keys from the commands it runs', async () => {
    process.env['OPENAI_API_KEY'] = 'sk-from-the-test'
    const { result } = await runShell('env', kimSaysYes)
    delete process.env['OPENAI_API_KEY']
    expect(result).to.include('PATH=').and.not.to.include('sk-from-the-test')
  })

  for (const { what, name, args } of [
    { what: 'a tool that does not exist', name: 'fly', args: '{}' },
    { what: 'arguments that are no JSON', name: 'read_file', args: '{"path":' },
    { what: 'arguments that are no object', name: 'read_file', args: 'null' },
  ]) {
    it(`refuses and records ${what}`, async () => {
      expect((await run(name, args)).success).to.equal(false)
      const [call] = dataOf(audit.events, 'ToolCall')
      expect(call).to.include({ tool_name: name, call_id: 'call-1', permission_granted: false, success: false })
    })
  }

  it('stops a command when the run is cancelled', async () => {
    const cancelled = new AbortController()
    const running = run('shell', '{"command":"sleep 60"}', kimSaysYes, cancelled.signal)
    setTimeout(() => cancelled.abort(), 20)
    const error = await running.catch((error: unknown) => error)
    expect(error).to.have.property('name', 'AbortError')
    expect(dataOf(audit.events, 'ToolCall')[0]).to.include({ error_type: 'cancelled', success: false })
  })
})
