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
  patches.method(Module.prototype, 'require', call => {
    const exported = call.proceed()
    const [id] = call.args
    if (typeof id !== 'string' || !FILES.test(id) || !isObject(exported) || met.has(exported)) return exported
    met.add(exported)
    let problem: string | undefined
    try {
      attach(exported)
    } catch (error) {
      problem = messageOf(error)
    }
    noteAttachment({ sdk, module: id, problem })
    return exported
  })
}
