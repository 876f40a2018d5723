/** Whether a tool call may start at all. Every refusal is recorded as a security event. */
import { basename } from 'node:path'
import type { AuditLogger } from 'kansa'

export interface Rule {
  readonly name: string
  readonly decision: 'Allow' | 'Deny' | 'Ask'
  readonly tools: readonly string[]
  /** Only for calls of these programs; without it for every call of the tools. */
  readonly programs?: readonly string[]
  readonly reason: string
}

/** The first rule that fits decides. What no rule knows is asked about. */
export const RULES: readonly Rule[] = [
  { name: 'reading', decision: 'Allow', tools: ['list_files', 'read_file', 'search_text'], reason: 'it only reads' },
  { name: 'helpers', decision: 'Allow', tools: ['delegate'], reason: 'the helper is under the same rules' },
  {
    name: 'no-deletion',
    decision: 'Deny',
    tools: ['shell'],
    programs: ['dd', 'mv', 'rm', 'rmdir', 'shred', 'sudo', 'truncate', 'unlink'],
    reason: 'it deletes or overwrites files',
  },
  {
    name: 'no-network',
    decision: 'Deny',
    tools: ['shell'],
    programs: ['curl', 'nc', 'npm', 'npx', 'scp', 'ssh', 'wget'],
    reason: 'it reaches the network',
  },
  {
    name: 'reading-commands',
    decision: 'Allow',
    tools: ['shell'],
    programs: ['cat', 'head', 'ls', 'tail', 'wc'],
    reason: 'it only reads',
  },
]

/** A request as the policy sees it: exactly what would run. */
export interface PermissionRequest {
  readonly tool: string
  readonly callId: string
  /** Program and arguments of the shell tool; empty for others. */
  readonly command: readonly string[]
}

export interface Verdict {
  readonly permissionGranted: boolean
  readonly decision: Rule['decision']
  readonly decidedBy: string
  readonly decidedByType: 'rule' | 'user' | 'default'
  readonly decisionReason: string
  readonly decidedAt: Date
}

/** Asks a person, who is named in the audit. `undefined` when nobody is there to ask, which is taken as no. */
export type Approver = (request: PermissionRequest) => Promise<{ granted: boolean; person: string } | undefined>

export class PermissionPolicy {
  private readonly audit: AuditLogger
  private readonly rules: readonly Rule[]
  private readonly ask: Approver

  constructor(audit: AuditLogger, rules: readonly Rule[], ask: Approver) {
    this.audit = audit
    this.rules = rules
    this.ask = ask
  }

  async decide(request: PermissionRequest): Promise<Verdict> {
    const verdict = await this.verdictOn(request)
    if (!verdict.permissionGranted) {
      this.audit.logSecurityEvent({
        severity: 'Warning',
        category: 'PermissionDenied',
        message: `${request.tool} was not permitted: ${verdict.decisionReason}`,
        source: 'permission-policy',
        action: 'Blocked',
        context: { call_id: request.callId, command: request.command.join(' '), rule: verdict.decidedBy },
      })
    }
    return verdict
  }

  private async verdictOn(request: PermissionRequest): Promise<Verdict> {
    const rule = this.rules.find(rule => fits(rule, request))
    if (rule !== undefined && rule.decision !== 'Ask') {
      const by = { decidedBy: rule.name, decidedByType: 'rule', decisionReason: rule.reason } as const
      return { permissionGranted: rule.decision === 'Allow', decision: rule.decision, ...by, decidedAt: new Date() }
    }
    const answer = await this.ask(request)
    if (answer === undefined) return { ...refusedBy('default', 'nobody was there to ask'), decision: 'Ask' }
    const by = { decidedBy: answer.person, decidedByType: 'user', decisionReason: 'asked at the terminal' } as const
    return { permissionGranted: answer.granted, decision: 'Ask', ...by, decidedAt: new Date() }
  }
}

/** A refusal that is nobody's explicit decision. */
export function refusedBy(decidedBy: string, decisionReason: string): Verdict {
  const decidedAt = new Date()
  return { permissionGranted: false, decision: 'Deny', decidedBy, decidedByType: 'default', decisionReason, decidedAt }
}

function fits(rule: Rule, { tool, command }: PermissionRequest): boolean {
  if (!rule.tools.includes(tool)) return false
  if (rule.programs === undefined) return true
  const program = command[0] ?? ''
  // `/bin/rm` is forbidden like `rm`; but only the plain name is allowed, because `./ls` may be any program.
  return rule.programs.includes(rule.decision === 'Allow' ? program : basename(program))
}
