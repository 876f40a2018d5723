/**
 * What the last run of the program recorded, and what it never did. A program may be several processes, each with a log of its
 * own: those belong together that recorded at the same time.
 */
import { basename } from 'node:path'
import { messageOf } from '../../errors.ts'
import { countText, numberText } from '../quantities.ts'
import { type Check, namesText } from './check.ts'
import { readLastProcess } from './recorded-process.ts'
import type { RecordedAttachment, RecordedProcess } from './recorded-process.ts'

export interface LastRun {
  readonly processes: number
  /** Records of agents, by kind. */
  readonly kinds: Readonly<Record<string, number>>
  readonly attached: readonly RecordedAttachment[]
  readonly notAttached: readonly (RecordedAttachment & { readonly message: string })[]
  /** SDKs that were loaded, and never called in any process. */
  readonly neverCalled: readonly string[]
  /** Tools that were offered to a model or agent, and have no `ToolCall`. */
  readonly toolsWithoutCall: readonly { readonly sdk: string; readonly tool: string }[]
  readonly modelCallsOutsideRuns: number
}

export interface LastRunFindings {
  /** Absent where nothing is recorded. */
  readonly run: LastRun | undefined
  readonly checks: readonly Check[]
}

/** Never throws: what cannot be read is a problem in the list. */
export async function examineLastRun(dir: string, logs: readonly string[]): Promise<LastRunFindings> {
  const processes: RecordedProcess[] = []
  const checks: Check[] = []
  for (const log of logs) {
    try {
      const process = await readLastProcess(log)
      if (process !== undefined) processes.push(process)
    } catch (error) {
      // That its newest record cannot be read is said already.
      if (checks.length === 0) checks.push(unreadable(log === dir ? 'the log' : `writers/${basename(log)}`, error))
    }
  }
  const together = processesOfLastRun(processes)
  if (together.length === 0) return { run: undefined, checks }
  const run = summaryOf(together)
  const isWhole = together.every(process => process.isWhole)
  return { run, checks: [...checks, ...checkLastRun(run, isWhole)] }
}

function unreadable(what: string, error: unknown): Check {
  return { name: 'last run', status: 'warning', found: `${what} cannot be read: ${messageOf(error)}` }
}

/** The newest one, and whatever recorded while one of these did. */
function processesOfLastRun(processes: readonly RecordedProcess[]): readonly RecordedProcess[] {
  const [newest, ...older] = processes.toSorted((one, other) => other.last - one.last)
  if (newest === undefined) return []
  const together = [newest]
  let { first } = newest
  for (const process of older) {
    if (process.last < first) break
    together.push(process)
    first = Math.min(first, process.first)
  }
  return together
}

function summaryOf(processes: readonly RecordedProcess[]): LastRun {
  const kinds: Record<string, number> = {}
  for (const process of processes) {
    for (const [kind, count] of process.kinds) kinds[kind] = (kinds[kind] ?? 0) + count
  }
  const called = new Set(processes.flatMap(({ calledTools }) => [...calledTools]))
  const offered = processes.flatMap(process =>
    [...process.offered].flatMap(([sdk, tools]) => [...tools].map(tool => ({ sdk, tool }))),
  )
  return {
    processes: processes.length,
    kinds,
    attached: distinct(processes.flatMap(({ attached }) => attached)),
    notAttached: distinct(processes.flatMap(({ notAttached }) => notAttached)),
    neverCalled: neverCalledIn(processes),
    toolsWithoutCall: distinct(offered.filter(({ tool }) => !called.has(tool))),
    modelCallsOutsideRuns: processes.reduce((sum, process) => sum + process.modelCallsOutsideRuns, 0),
  }
}

/** A process that runs, or was killed, may have called what it does not say that it never called. */
function neverCalledIn(processes: readonly RecordedProcess[]): readonly string[] {
  const loaded = new Set(processes.flatMap(({ attached }) => attached.map(({ sdk }) => sdk)))
  return [...loaded].filter(sdk =>
    processes
      .filter(({ attached }) => attached.some(each => each.sdk === sdk))
      .every(({ neverCalled }) => neverCalled?.includes(sdk) === true),
  )
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map(item => [JSON.stringify(item), item])).values()]
}

function checkLastRun(run: LastRun, isWhole: boolean): Check[] {
  return [recordedCheck(run, isWhole), ...attachedChecks(run), ...outsideCheck(run), ...toolsCheck(run)]
}

function recordedCheck({ kinds, processes, attached }: LastRun, isWhole: boolean): Check {
  const name = 'last run'
  const who = processes === 1 ? 'it' : `its ${numberText(processes)} processes`
  const counts = Object.entries(kinds).map(([kind, count]) => `${numberText(count)} ${kind}`)
  const part = isWhole ? '' : ' at its end (its beginning was not looked at)'
  if (counts.length > 0) return { name, status: 'ok', found: `${who} recorded ${counts.join(', ')}${part}` }
  if (attached.length === 0) {
    const found = `${who} recorded only that auditing started, and attached to no SDK`
    const unseen =
      'If agents did run, no loader saw their SDKs: so it is in a bundle, and in jest. See docs/instrumentation.md.'
    return { name, status: 'note', found, advice: unseen }
  }
  const advice = 'If agents did run, their calls went around the instrumentation: see docs/instrumentation.md.'
  return { name, status: 'warning', found: `${who} attached to SDKs, and recorded no call`, advice }
}

function attachedChecks({ attached, notAttached, neverCalled }: LastRun): Check[] {
  const name = 'attached'
  const checks: Check[] = []
  const names = [...new Set(attached.map(nameOf))]
  if (names.length > 0) checks.push({ name, status: 'ok', found: names.join(', ') })
  for (const { message } of notAttached) checks.push({ name, status: 'warning', found: message })
  if (neverCalled.length > 0) {
    checks.push({ name, status: 'note', found: `loaded, and never called: ${neverCalled.join(', ')}` })
  }
  return checks
}

function nameOf({ module, version }: RecordedAttachment): string {
  return `${module} ${version ?? ''}`.trim()
}

function outsideCheck({ modelCallsOutsideRuns: outside, kinds }: LastRun): Check[] {
  if (outside === 0) return []
  const found = `${countText(outside, 'model call')} of ${numberText(kinds['ApiCall'] ?? outside)} belong to no run`
  const advice = 'Put the agent into `withAgent`, so that they do.'
  return [{ name: 'runs', status: 'note', found, advice }]
}

function toolsCheck({ toolsWithoutCall }: LastRun): Check[] {
  if (toolsWithoutCall.length === 0) return []
  const names = namesText(toolsWithoutCall.map(({ tool, sdk }) => `${tool} (${sdk})`))
  const found = `offered to a model, and no call of it is recorded: ${names}`
  const advice = 'If it did run, its function is not audited: wrap it with `wrapTool`.'
  return [{ name: 'tools', status: 'warning', found, advice }]
}
