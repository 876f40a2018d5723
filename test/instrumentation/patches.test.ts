import { expect } from 'chai'
import { Patches } from '../../src/instrumentation/patches.ts'

class Client {
  #secret = 'private'
  ask(question: string, times = 1): string {
    return `${question.repeat(times)} ${this.#secret}`
  }
}

describe('patches', () => {
  let patches: Patches
  beforeEach(() => (patches = new Patches()))
  afterEach(() => patches.undo())

  it('see self and arguments, and may pass on others', () => {
    const client = new Client()
    patches.method(Client.prototype, 'ask', ({ self, args, proceed }) => {
      expect(self).to.equal(client)
      expect(args).to.deep.equal(['a', 2])
      return `${String(proceed())}, ${String(proceed(['b']))}`
    })
    expect(client.ask('a', 2)).to.equal('aa private, b private')
  })

  it('tell when a method is patched, and of its first call', () => {
    const told: string[] = []
    const telling = new Patches({ patched: () => told.push('patched'), called: () => told.push('called') })
    const owner = { ask: () => 'plain' }
    telling.method(owner, 'ask', call => call.proceed())
    telling.method(owner, 'ask', call => call.proceed())
    expect(told).to.deep.equal(['patched'])
    owner.ask()
    owner.ask()
    expect(told).to.deep.equal(['patched', 'called'])
    telling.undo()
  })

  it('let what is thrown through', () => {
    const error = new Error('no')
    const owner = {
      ask: () => {
        throw error
      },
    }
    patches.method(owner, 'ask', call => call.proceed())
    expect(() => owner.ask()).to.throw(error)
  })

  it('are taken back, the latest first, to the very descriptor', () => {
    const before = Object.getOwnPropertyDescriptor(Client.prototype, 'ask')
    patches.method(Client.prototype, 'ask', call => call.proceed())
    patches.undo()
    expect(Object.getOwnPropertyDescriptor(Client.prototype, 'ask')).to.deep.equal(before)
  })

  it("below somebody else's pass calls on when they are taken back, and leave that one in place", () => {
    const owner = { ask: () => 'plain' }
    patches.method(owner, 'ask', call => `${String(call.proceed())} audited`)
    const ours = owner.ask
    const theirs = (): string => `${ours()} wrapped`
    owner.ask = theirs
    expect(owner.ask()).to.equal('plain audited wrapped')
    patches.undo()
    expect(owner.ask).to.equal(theirs)
    expect(owner.ask()).to.equal('plain wrapped')
  })

  it('shadow what is inherited, and take the shadow away', () => {
    const child = Object.create({ ask: () => 'inherited' }) as { ask(): string }
    patches.method(child, 'ask', call => `${String(call.proceed())} audited`)
    expect(child.ask()).to.equal('inherited audited')
    patches.undo()
    expect(Object.hasOwn(child, 'ask')).to.equal(false)
  })

  it('replace exports that can only be assigned', () => {
    const exported: Record<string, unknown> = { query: () => 'plain' }
    const namespace = new Proxy(exported, {
      defineProperty: () => false,
      set: (of, name, value) => Reflect.set(of, name, value),
    })
    patches.value(namespace, 'query', () => () => 'audited')
    expect((namespace['query'] as () => string)()).to.equal('audited')
  })

  for (const [what, owner] of [
    ['a method that is not there', {}],
    ['a method of nothing', undefined],
    ['a frozen owner', Object.freeze({ ask: () => 'plain' })],
  ] as const) {
    it(`refuse ${what}`, () => {
      expect(() => patches.method(owner, 'ask', call => call.proceed())).to.throw(TypeError)
    })
  }
})
