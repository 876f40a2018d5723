/** Runs `kansa doctor --json` and finds one's way in what it says. */
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from '../../../src/cli/doctor/check.ts'
import { kansa, type KansaOptions } from './kansa.ts'

export interface ReportedOption {
  readonly name: string
  readonly value?: string | number | boolean
  readonly source: string
  readonly variable?: string
  readonly path?: string
}

export interface DoctorReport {
  readonly code: number | null
  readonly stderr: string
  readonly dir: string
  readonly checks: readonly Check[]
  readonly options: readonly ReportedOption[]
  readonly last_writer?: { readonly pid?: string; readonly options?: readonly ReportedOption[] }
  readonly versions: Readonly<Record<string, unknown>>
  readonly sdks: readonly object[]
  readonly last_run?: object
}

export async function doctor(dir: string, options: KansaOptions = {}): Promise<DoctorReport> {
  const { code, stdout, stderr } = await kansa(['doctor', '--json', '--dir', dir], options)
  return { code, stderr, ...JSON.parse(stdout) }
}

/** Status and words of the checks of one name: `ok nobody writes`. */
export function said(report: DoctorReport, name: string): string[] {
  return report.checks.filter(check => check.name === name).map(({ status, found }) => `${status} ${found}`)
}

/** All checks that are not `ok`, by name and status. */
export function complaints(report: DoctorReport): string[] {
  return report.checks.filter(({ status }) => status !== 'ok').map(({ name, status }) => `${name}: ${status}`)
}

export function advice(report: DoctorReport, name: string): string {
  return report.checks
    .filter(check => check.name === name)
    .map(check => check.advice ?? '')
    .join(' ')
}

/** Everything about every file that a program could change; times of reading are none of it. */
export function stateOf(dir: string): string[] {
  const names = ['', ...readdirSync(dir, { recursive: true, encoding: 'utf8' })].toSorted()
  return names.map(name => {
    const { ino, mode, uid, size, mtimeNs, ctimeNs } = lstatSync(join(dir, name), { bigint: true })
    return [name, ino, mode, uid, size, mtimeNs, ctimeNs].join(' ')
  })
}
