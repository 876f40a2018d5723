/** Wrapped functions have exactly the type of the original. Checked by the compiler; the calls show it is true. */
import { expect } from 'chai'
import { wrapModelCall } from '../../../src/pipeline/wrap-model-call.ts'
import { wrapTool } from '../../../src/pipeline/wrap-tool.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- comparing generic functions compares A and B
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(proof: Same<A, B>): void => void expect(proof).to.equal(true)
const checked = (value: unknown): undefined => void value

function overloaded(value: string): string
function overloaded(value: number): Promise<number>
function overloaded(value: string | number): string | Promise<number> {
  return typeof value === 'string' ? value : Promise.resolve(value)
}
function generic<T>(value: T): T[] {
  return [value]
}

describe('the type of a wrapped function', () => {
  const logger = new RecordingLogger()

  it('keeps overloads, generics and `this`', async () => {
    const wrappedOverload = wrapTool(overloaded, { toolName: 'o', logger })
    const wrappedGeneric = wrapModelCall(generic, { provider: 'p', model: 'm', logger })
    same<typeof wrappedOverload, typeof overloaded>(true)
    same<typeof wrappedGeneric, typeof generic>(true)

    const text: string = wrappedOverload('a')
    const count: number = await wrappedOverload(1)
    const items: boolean[] = wrappedGeneric(true)
    expect([text, count, items]).to.deep.equal(['a', 1, [true]])
  })

  it('gives the callbacks the arguments, and the result or the items of a stream', () => {
    const options = { provider: 'p', model: 'm', logger }
    wrapModelCall(async (body: { q: string }) => ({ used: body.q.length }), {
      ...options,
      prompt: body => checked(same<typeof body, { q: string }>(true)),
      usage: result => checked(same<typeof result, { used: number }>(true)),
    })
    wrapModelCall(
      async function* () {
        yield 1
      },
      { ...options, response: item => checked(same<typeof item, number>(true)) },
    )
    wrapTool(
      function* () {
        yield 'a'
      },
      { toolName: 't', outputPreview: item => (same<typeof item, string>(true), item) },
    )
    // @ts-expect-error: the tool takes no number
    expect(() => wrapTool((path: string) => path, { toolName: 't', logger })(7)).not.to.throw()
  })
})
