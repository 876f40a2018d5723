/**
 * The loader hooks through which instrumentations learn of ES modules. `require` needs none: the instrumentations' base
 * class hooks it by itself.
 */
import * as nodeModule from 'node:module'
import { pathToFileURL } from 'node:url'
import { readProperty } from '../pipeline/observe/property.ts'
import type { Sdk } from './sdk.ts'

type Include = (string | RegExp)[]
const HOOKS_KEY = Symbol.for('kansa.loaderHooks')

/**
 * Makes imports from now on, of these SDKs only, known to their instrumentations. Once per thread, whichever copy of the
 * package asks first. What was imported before stays unknown.
 */
export function installLoaderHooks(sdks: readonly Sdk[]): void {
  if (Reflect.get(globalThis, HOOKS_KEY) === true) return
  const include = modulesOf(sdks)
  if (include.length === 0) return
  Object.defineProperty(globalThis, HOOKS_KEY, { value: true })
  // Of several installed copies it must be the one that the instrumentations' base class listens to.
  const require = nodeModule.createRequire(
    nodeModule.createRequire(import.meta.url).resolve('@opentelemetry/instrumentation'),
  )
  const hooks: unknown = require('import-in-the-middle/register-hooks.mjs')
  if (call(hooks, 'supportsSyncHooks') === true) {
    call(hooks, 'register', { include })
    return
  }
  // Node 22.15 to 22.22.2 and 24 before 24.11.1: hooks in the thread exist there, but not usably.
  const url = pathToFileURL(require.resolve('import-in-the-middle/hook.mjs')).href
  nodeModule.register(url, { data: { include } })
}

/** A package's own entry by its name, files of it by where they are. */
function modulesOf(sdks: readonly Sdk[]): Include {
  return sdks.flatMap(({ packages }) =>
    packages.flatMap(
      ({ name, files, besides = [] }): Include => [
        ...(files === undefined ? [name] : []),
        ...[...(files ?? []), ...besides].map(file => fileIn(name, file)),
      ],
    ),
  )
}

function fileIn(name: string, file: string): RegExp {
  const literal = `${name}/${file}`.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`/node_modules/${literal}$`)
}

function call(module: unknown, name: string, ...args: readonly unknown[]): unknown {
  const fn = readProperty(module, name)
  if (typeof fn !== 'function') throw new TypeError(`import-in-the-middle has no ${name}`)
  return Reflect.apply(fn, undefined, args)
}
