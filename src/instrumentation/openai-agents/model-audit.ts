/** Models, wherever they come from: the SDK's own classes, those of a provider, one that an agent was given. */
import type { ApiCallInput } from '../../events/inputs.ts'
import { CallClaim, countAttempt } from '../../pipeline/observe/call-claim.ts'
import { observeCall } from '../../pipeline/observe/call.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import { shadowMethod } from '../../pipeline/observe/method.ts'
import type { ModelCall } from '../../pipeline/observe/model-call.ts'
import type { CallObserver } from '../../pipeline/observe/outcome.ts'
import { isObject, readData, readPath, readProperty } from '../../pipeline/observe/property.ts'
import { observeSettling } from '../../pipeline/observe/settling.ts'
import { startModelCall } from '../observed-calls.ts'
import type { PatchedCall, Patches } from '../patches.ts'
import { noteTools } from '../tool-registry.ts'
import { functionNames, modelRequest } from './model-request.ts'
import { notesOfRun, settleDoubts } from './run-notes.ts'

const NAME = 'openai-agents'
const METHODS = ['getResponse', 'getStreamedResponse']

/** One per attachment; what it has changed is taken back with it. */
export class ModelAudit {
  private readonly patches: Patches
  private active = true
  /** By method: models and providers that have it themselves, and no class. */
  private readonly shadowed = new Map<string, WeakSet<object>>()
  /** By what name a provider gave a model: most keep it to themselves. */
  private readonly names = new WeakMap<object, string>()

  constructor(patches: Patches) {
    this.patches = patches
    patches.onUndo(() => (this.active = false))
  }

  auditClass(prototype: object): void {
    for (const name of METHODS) this.patches.method(prototype, name, call => this.callModel(call))
  }

  /** Everything from which the runner may take a model for this agent. */
  auditRunner(runner: unknown, agent: unknown): void {
    this.audit(readProperty(agent, 'model'))
    this.audit(readPath(runner, ['config', 'model']))
    const provider = readPath(runner, ['config', 'modelProvider'])
    this.around(provider, 'getModel', call => {
      const given = call.proceed()
      const meet = (model: unknown): void => {
        guarded('finding models', () => this.meet(model, call.args[0]))
      }
      if (!observeSettling(given, { ended: false, fulfilled: meet, rejected: () => {} })) meet(given)
      return given
    })
  }

  audit(model: unknown): void {
    for (const name of METHODS) this.around(model, name, call => this.callModel(call))
  }

  private meet(model: unknown, name: unknown): void {
    if (isObject(model) && typeof name === 'string') this.names.set(model, name)
    this.audit(model)
  }

  /** On the class where there is one. */
  private around(target: unknown, name: string, replacement: (call: PatchedCall) => unknown): void {
    const owner = ownerOf(target, name)
    if (owner === undefined || !isObject(target)) return
    if (owner !== target) return this.patches.method(owner, name, replacement)
    const known = this.shadowed.get(name) ?? new WeakSet()
    if (known.has(target)) return
    this.shadowed.set(name, known.add(target))
    const method = readProperty(target, name)
    shadowMethod(target, name, (original, args) => {
      const proceed = (given: readonly unknown[] = args): unknown => original(given)
      return this.active ? replacement({ method, self: target, args, proceed }) : original(args)
    })
  }

  private callModel(call: PatchedCall): unknown {
    const { self, args } = call
    const [request] = args
    guarded('noting tools', () => noteTools(NAME, functionNames(request)))
    const retries = readPath(request, ['modelSettings', 'retry', 'maxRetries'])
    const isRetried = typeof retries === 'number' && retries > 0
    const step = (): unknown => {
      if (isRetried) countAttempt(NAME)
      return call.proceed()
    }
    return observeCall(call.method, step, () => {
      const name = isObject(self) ? this.names.get(self) : undefined
      const begin = (): ModelCall => {
        const claim = new CallClaim('model')
        const actorId: ApiCallInput['actorId'] = notesOfRun()?.actor
        return startModelCall({ ...modelRequest(self, name, request, claim), actorId })
      }
      return isRetried ? retriedCall(readData(request, 'input'), begin) : firstCall(begin)
    })
  }
}

function firstCall(begin: () => ModelCall): ModelCall {
  const notes = notesOfRun()
  if (notes !== undefined) settleDoubts(notes)
  return begin()
}

/** The runner calls the model anew for each attempt of one call: one record, which is made when it is clear which was the last. */
function retriedCall(input: unknown, begin: () => ModelCall): CallObserver {
  const notes = notesOfRun()
  const failed = notes?.failedCall
  const isRetry = failed !== undefined && failed.input === input
  if (isRetry && notes !== undefined) notes.failedCall = undefined
  const call = isRetry ? failed.call : firstCall(begin)
  return {
    begin: () => (isRetry ? undefined : call.begin()),
    enter: step => call.enter(step),
    chunk: value => call.chunk(value),
    end: outcome => {
      if (notes !== undefined && outcome.kind === 'threw') notes.failedCall = { call, input, outcome }
      else call.end(outcome)
    },
  }
}

/** The object on whose prototype chain, itself included, the method is found. */
function ownerOf(target: unknown, name: string): object | undefined {
  return guarded('finding a method', () => {
    for (let owner = target; isObject(owner); owner = Object.getPrototypeOf(owner)) {
      if (Object.hasOwn(owner, name)) return typeof readProperty(owner, name) === 'function' ? owner : undefined
    }
    return undefined
  })
}
