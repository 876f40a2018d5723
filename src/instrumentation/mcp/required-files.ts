/**
 * What is `require`d of version 1. Its package has no entry of its own, only files; OpenTelemetry's hook of `require` passes over
 * the files of such a package.
 */
import { Module } from 'node:module'
import { messageOf } from '../../errors.ts'
import { isObject } from '../../pipeline/observe/property.ts'
import { noteAttachment } from '../attachments.ts'
import type { Patches } from '../patches.ts'

const FILES = /^@modelcontextprotocol\/sdk\/(?:client|server)(?:\/(?:index|mcp)(?:\.js)?)?$/

/** @param attach gets the exports of each file once */
export function attachToRequired(sdk: string, patches: Patches, attach: (exported: unknown) => void): void {
  const met = new WeakSet<object>()
  // No method of the SDK: that it is there, and called, does not say that the SDK is.
  patches.value(Module.prototype, 'require', original => {
    if (typeof original !== 'function') throw new TypeError('modules cannot be required')
    let active = true
    patches.onUndo(() => (active = false))
    return new Proxy(original, {
      apply: (require, self, args: unknown[]): unknown => {
        const exported: unknown = Reflect.apply(require, self, args)
        const [id] = args
        if (!active || typeof id !== 'string' || !FILES.test(id) || !isObject(exported) || met.has(exported))
          return exported
        met.add(exported)
        meet(sdk, id, () => attach(exported))
        return exported
      },
    })
  })
}

function meet(sdk: string, module: string, attach: () => void): void {
  let problem: string | undefined
  try {
    attach()
  } catch (error) {
    problem = messageOf(error)
  }
  noteAttachment({ sdk, module, problem })
}
