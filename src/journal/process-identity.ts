/** Which process this is, in a form that another process, after a crash or a reboot, can judge. */
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { codeOf } from './system-error.ts'

/** The content of a lock. What a platform does not know is left out. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks from boot to the start of the process: tells a process from a later one with the same pid. */
  readonly processStart: string | undefined
  readonly bootId: string | undefined
  /** Pids mean something only inside one PID namespace; every container has its own. */
  readonly pidNamespace: string | undefined
  readonly host: string
  readonly machineId: string | undefined
  /** UUID of one process start. */
  readonly instance: string
  readonly startedAt: string
}

/** Only `dead` allows a takeover; `unknown` is for everything that cannot be proved from here. */
export type Liveness = 'alive' | 'dead' | 'unknown'

/** It becomes part of file names, so nothing else may be in it. */
export const INSTANCE_PATTERN: RegExp = /^[0-9A-Za-z-]{1,64}$/

export function identityOfThisProcess(instance: string): ProcessIdentity {
  return {
    pid: process.pid,
    processStart: processStat('self')?.start,
    bootId: firstLineOf('/proc/sys/kernel/random/boot_id'),
    pidNamespace: linkTarget('/proc/self/ns/pid'),
    host: hostname(),
    machineId: firstLineOf('/etc/machine-id'),
    instance,
    startedAt: new Date().toISOString(),
  }
}

/** Reads what `identityOfThisProcess` wrote; undefined for anything else. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  const value = parseObject(text)
  if (value === undefined) return undefined
  const { pid, host, instance, startedAt } = value
  if (!Number.isSafeInteger(pid) || typeof pid !== 'number' || pid <= 0) return undefined
  if (typeof host !== 'string' || typeof startedAt !== 'string') return undefined
  if (typeof instance !== 'string' || !INSTANCE_PATTERN.test(instance)) return undefined
  return {
    pid,
    processStart: textOrNothing(value['processStart']),
    bootId: textOrNothing(value['bootId']),
    pidNamespace: textOrNothing(value['pidNamespace']),
    host,
    machineId: textOrNothing(value['machineId']),
    instance,
    startedAt,
  }
}

/** Whether `holder` still runs, as far as `self` can prove it. */
export function livenessOf(holder: ProcessIdentity, self: ProcessIdentity): Liveness {
  if (holder.bootId === undefined && self.bootId === undefined) {
    return holder.host === self.host ? livenessOfPid(holder) : 'unknown'
  }
  if (holder.bootId === self.bootId) {
    return holder.pidNamespace === self.pidNamespace ? livenessOfPid(holder) : 'unknown'
  }
  // Another boot of the same machine: nothing of it runs any more. Containers often have no machine id.
  const rebooted = holder.bootId !== undefined && self.bootId !== undefined
  const sameMachine = holder.machineId !== undefined && holder.machineId === self.machineId
  return rebooted && sameMachine && holder.host === self.host ? 'dead' : 'unknown'
}

function livenessOfPid(holder: ProcessIdentity): Liveness {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return 'dead'
    // EPERM: it exists and belongs to somebody else.
  }
  // With hidepid /proc does not show others' processes: an unreadable stat proves nothing.
  const stat = processStat(String(holder.pid))
  if (stat === undefined) return 'alive'
  if (stat.state === 'Z' || stat.state === 'X') return 'dead'
  return holder.processStart === undefined || holder.processStart === stat.start ? 'alive' : 'dead'
}

function processStat(pid: string): { readonly state: string; readonly start: string } | undefined {
  const text = firstLineOf(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  // The command name in parentheses may hold anything; fields are counted from behind it (state is field 3).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, start] = [fields[0], fields[19]]
  return state === undefined || start === undefined ? undefined : { state, start }
}

function firstLineOf(path: string): string | undefined {
  try {
    const [line] = readFileSync(path, 'utf8').split('\n', 1)
    return line === '' ? undefined : line
  } catch {
    return undefined
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
