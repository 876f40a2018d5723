/** A stream of prompts, as the SDK gets it: the very same ones, told of as they are taken. */
import { textOfContent } from '../../pipeline/observe/model-text.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import { isObject, readDataPath, readProperty } from '../../pipeline/observe/property.ts'
import { observeSettling } from '../../pipeline/observe/settling.ts'

/** What is no stream is given back. The application's own object stays as it is. */
export function heardPrompts(prompt: unknown, heard: (text: string) => void): unknown {
  const iterate = readProperty(prompt, Symbol.asyncIterator)
  if (typeof iterate !== 'function') return prompt
  return { [Symbol.asyncIterator]: (): unknown => heardIterator(Reflect.apply(iterate, prompt, []), heard) }
}

function heardIterator(iterator: unknown, heard: (text: string) => void): unknown {
  if (!isObject(iterator)) return iterator
  const fulfilled = (step: unknown): void => {
    const content = readDataPath(step, ['value', 'message', 'content'])
    if (content !== undefined) guarded('hearing a prompt', () => heard(textOfContent(content)))
  }
  return new Proxy(iterator, {
    get: (target, name): unknown => {
      const method: unknown = Reflect.get(target, name, target)
      if (typeof method !== 'function') return method
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(method, target, args)
        if (name === 'next') observeSettling(result, { ended: false, fulfilled, rejected: () => {} })
        return result
      }
    },
  })
}
