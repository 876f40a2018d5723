/**
 * Confines tools that were permitted to run: to one folder, a small environment, a time limit and a size of output.
 * Every attempt to leave is stopped and recorded as a security event.
 */
import { realpathSync } from 'node:fs'
import { basename, isAbsolute, relative, resolve, sep } from 'node:path'
import type { AuditLogger } from 'kansa'

export class SandboxViolation extends Error {
  override readonly name = 'SandboxViolation'
}

/** Confines tools to one folder. Symbolic links are followed before a path is judged. */
export class Sandbox {
  readonly root: string
  readonly policyName = 'read-only-root'
  /** No API keys, no tokens: a tool's process sees only this. */
  readonly environment: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LC_ALL: 'C' }
  readonly timeoutMillis = 5_000
  readonly maxOutputChars = 2_000
  private readonly audit: AuditLogger
  private readonly offLimits: readonly string[]

  /** @param offLimits paths inside `root` that no tool may see: an agent that reads the audit's keys could forge it. */
  constructor(audit: AuditLogger, root: string, offLimits: readonly string[]) {
    this.audit = audit
    this.root = realpathSync(root)
    this.offLimits = offLimits.map(path => existingPath(resolve(this.root, path)))
  }

  /**
   * The real path of what `path` names.
   * @throws SandboxViolation, recorded, when it is not inside the root or is off limits.
   */
  resolve(path: string, source: string): string {
    const real = existingPath(resolve(this.root, path))
    if (isInside(this.root, real) && !this.isOffLimits(real)) return real
    this.audit.logSecurityEvent({
      severity: 'Critical',
      category: 'SandboxViolation',
      message: `${source} tried to reach ${path}, which is outside the sandbox`,
      source,
      action: 'Blocked',
      context: { path, real_path: real, root: this.root, policy: this.policyName },
    })
    throw new SandboxViolation(`${path} is outside the sandbox`)
  }

  /** Judges every argument as a path, whatever it is, and the value in `--option=value` too. */
  checkArguments(args: readonly string[], source: string): void {
    for (const arg of args) {
      this.resolve(arg, source)
      this.resolve(arg.slice(arg.indexOf('=') + 1), source)
    }
  }

  isOffLimits(path: string): boolean {
    return this.offLimits.some(hidden => isInside(hidden, path)) || basename(path).startsWith('.env')
  }
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** The path with its symbolic links resolved, as far as it exists. */
function existingPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = resolve(path, '..')
    return parent === path ? path : resolve(existingPath(parent), basename(path))
  }
}
