/** One session of an agent, its audit log, and a screen that shows both. */
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { setImmediate as endOfTurn } from 'node:timers/promises'
import { initAuditLogger, withAuditContext } from 'kansa'
import { SHORT_TASKS, TASKS } from './agents.ts'
import type { Task } from './agents.ts'
import { atTerminal, nobody } from './approval.ts'
import { NotableRun, nextCommands, printStats, shortest } from './closing-report.ts'
import { JournalWatch } from './journal-watch.ts'
import { ModelClient } from './model-client.ts'
import { openModelService } from './model-service.ts'
import type { ModelService } from './model-service.ts'
import { PermissionPolicy, RULES } from './permission-policy.ts'
import { AgentRuntime } from './runtime.ts'
import type { RuntimeParts } from './runtime.ts'
import { Sandbox } from './sandbox-policy.ts'
import { createScratchProject } from './scratch-project.ts'
import { Screen } from './screen.ts'
import { showSeal } from './tamper-demo.ts'
import { TokenBudget } from './token-budget.ts'
import { ToolRouter } from './tool-router.ts'
import { visible } from './visible-text.ts'

export interface DemoOptions {
  /** One task only, in a temporary project unless `root` names one. */
  readonly short: boolean
  /** The project to work on. Default: the current folder. */
  readonly root: string | undefined
  /** Ask at the terminal about calls that no rule knows, instead of refusing them. */
  readonly ask: boolean
}

/**
 * @param interrupted ends the session early; the journal is complete all the same
 * @returns true when every task came to the end it was meant to
 */
export async function runDemo(options: DemoOptions, interrupted: AbortSignal): Promise<boolean> {
  const dir = resolve(process.env['KANSA_DIR'] || 'audit')
  const screen = new Screen(process.stdout)
  const notable = new NotableRun()
  const watch = new JournalWatch(dir, event => {
    notable.add(event)
    screen.audit(event)
  })
  const audit = initAuditLogger({ dir })
  const scratch = options.short && options.root === undefined ? createScratchProject() : undefined
  let service: ModelService | undefined
  const sessionId = randomUUID()
  let allWell = true
  try {
    service = await openModelService(process.env)
    screen.print(`model      ${visible(service.description)}`)
    screen.print(`audit log  ${visible(shortest(watch.path))}`)

    const budget = new TokenBudget(audit, sessionId, service.tokenBudget)
    const policy = new PermissionPolicy(audit, RULES, options.ask ? atTerminal(interrupted) : nobody)
    // The audit log lies inside the project here, so the agent must be kept from it.
    const sandbox = new Sandbox(audit, scratch?.root ?? options.root ?? '.', [dir])
    const observe: RuntimeParts['observe'] = async step => {
      screen.step(step)
      // What was logged in this turn is in the file when the turn has ended.
      await endOfTurn()
      watch.catchUp()
    }
    const onRetry = (error: Error, delayMillis: number): Promise<void> =>
      observe({ type: 'note', agent: 'model', text: `${error.message}; trying again in ${delayMillis} ms` })
    const model = new ModelClient({ ...service.client, onRetry })
    const parts = { model, router: new ToolRouter(policy, sandbox), budget, observe }

    for (const task of options.short ? SHORT_TASKS : TASKS) {
      if (interrupted.aborted) break
      screen.heading(task.title)
      const well = await withAuditContext({ sessionId }, () => perform(task, parts, interrupted))
      allWell &&= well
    }
  } finally {
    await service?.close()
    scratch?.remove()
    await audit.shutdown()
    watch.close()
  }
  screen.heading(interrupted.aborted ? 'Interrupted' : 'Done')
  printStats(dir, sessionId)
  showSeal(dir, screen)
  screen.heading('Try next:')
  for (const command of nextCommands(dir, notable.id)) screen.print(`  ${command}`)
  return allWell
}

/** False when the task failed for a reason that nobody planned. */
async function perform(task: Task, parts: RuntimeParts, interrupted: AbortSignal): Promise<boolean> {
  const impatience = new AbortController()
  const signal = AbortSignal.any([interrupted, impatience.signal])
  const runtime = new AgentRuntime({
    ...parts,
    observe: async step => {
      await parts.observe(step)
      if (step.type === 'text' && task.cancelAfterFirstWords === true) impatience.abort()
    },
  })
  try {
    await runtime.run(task.agent, task.prompt, signal)
    await parts.observe({ type: 'note', agent: task.agent.name, text: 'done' })
    return true
  } catch (error) {
    const reason = signal.aborted ? 'cancelled' : `failed: ${reasonOf(error)}`
    await parts.observe({ type: 'note', agent: task.agent.name, text: reason })
    return signal.aborted
  }
}

/** With the cause, because what `fetch` throws says only "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`
}
