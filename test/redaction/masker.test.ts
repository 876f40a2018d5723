import { createHmac } from 'node:crypto'
import { expect } from 'chai'
import { KansaError } from '../../src/errors.ts'
import { createEventMasker } from '../../src/redaction/masker.ts'
import type { RedactionSettings } from '../../src/redaction/masker.ts'
import { GITHUB_TOKEN, PEM } from './support/shown.ts'

const KEY = Buffer.alloc(32, 7)
const FIELD_LIMIT = 262_144

function masking(settings: Partial<RedactionSettings> = {}): ReturnType<ReturnType<typeof createEventMasker>['begin']> {
  return createEventMasker({ key: KEY, maxMillis: 10_000, ...settings }).begin()
}

function mark(kind: string, secret: string): string {
  return `[REDACTED:${kind}:${createHmac('sha256', KEY).update(secret).digest('hex').slice(0, 12)}]`
}

describe('masker', () => {
  it('puts a mark with a keyed hash of the secret in its place', () => {
    const event = masking()
    expect(event.maskText('password=hunter2 a', 'data.goal')).to.equal(`password=${mark('password', 'hunter2')} a`)
    expect(event.maskText(`x ${GITHUB_TOKEN}`, 'data.goal')).to.equal(`x ${mark('github-token', GITHUB_TOKEN)}`)
  })

  it('gives the same string back where nothing is secret', () => {
    expect(masking().maskText('nothing to see', 'data.goal')).to.equal('nothing to see')
  })

  it('marks with another key differently, and the same secret under another kind with the same hash', () => {
    const other = createEventMasker({ key: Buffer.alloc(32, 8) }).begin()
    expect(other.maskText('password=hunter2', '')).not.to.equal(masking().maskText('password=hunter2', ''))
    expect(masking().maskWhole('hunter2', 'secret').slice(-13)).to.equal(mark('password', 'hunter2').slice(-13))
  })

  it('masks whole values under the kind of their name, or what they are', () => {
    const event = masking()
    expect(event.maskWhole('hunter2', 'dbPassword')).to.equal(mark('password', 'hunter2'))
    expect(event.maskWhole('anything at all', 'note')).to.equal(mark('secret', 'anything at all'))
    expect(event.maskWhole(GITHUB_TOKEN, 'password')).to.equal(mark('github-token', GITHUB_TOKEN))
    expect(event.maskWhole(`Bearer ${GITHUB_TOKEN}`, 'Authorization')).to.equal(mark('github-token', GITHUB_TOKEN))
  })

  it('leaves empty values empty and marks as they are', () => {
    const event = masking()
    expect(event.maskWhole('', 'password')).to.equal('')
    expect(event.maskWhole(mark('password', 'x'), 'password')).to.equal(mark('password', 'x'))
    expect(event.counts).to.equal(undefined)
  })

  it('counts what it masked, by kind and for each event alone', () => {
    const masker = createEventMasker({ key: KEY })
    const event = masker.begin()
    event.maskText('password=hunter2 secret=hunter3', '')
    event.maskWhole('x', 'password')
    expect(event.counts).to.deep.equal({ password: 2, secret: 1 })
    expect(masker.begin().counts).to.equal(undefined)
  })

  it('knows the names and places that are added', () => {
    const event = masking({ names: ['internalCode'], paths: ['parameters.env.*', 'context.**.pin', 'data.output.raw'] })
    expect(event.isSecretName('INTERNAL_CODE')).to.equal(true)
    expect(event.hasPaths).to.equal(true)
    expect(masking().hasPaths).to.equal(false)
    const secret = [
      'parameters.env.HOME',
      'data.parameters.env.A',
      'parameters.env.A.b',
      'context.pin',
      'context.a.b.pin',
      'output.raw',
    ]
    const plain = ['parameters.env', 'parameters.environment.A', 'context.a.b.pins', 'output', '']
    expect(secret.filter(path => !event.isSecretPath(path))).to.deep.equal([])
    expect(plain.filter(path => event.isSecretPath(path))).to.deep.equal([])
  })

  it('masks what a pattern of the user matches, with its flags', () => {
    const event = masking({ patterns: [{ kind: 'staff', pattern: /\bemp-\d{4}\b/gi }, { pattern: /^x.y$/ms }] })
    expect(event.maskText('by EMP-1234 and emp-12345', '')).to.equal(`by ${mark('staff', 'EMP-1234')} and emp-12345`)
    expect(event.maskText('a\nx\ny\nb', '')).to.equal(`a\n${mark('custom', 'x\ny')}\nb`)
  })

  it('refuses patterns that cannot run in linear time, and says which', () => {
    for (const pattern of [/a(?=b)/, /(?<!a)b/, /(a)\1/, /[\w--[a]]/v]) {
      const patterns = [
        { kind: 'a', pattern: /a/ },
        { kind: 'b', pattern },
      ]
      expect(() => masking({ patterns }), String(pattern))
        .to.throw(KansaError, 'redaction.patterns[1]')
        .with.property('code', 'KANSA_INVALID_OPTION')
    }
  })

  it('runs a pattern that is slow elsewhere in linear time', () => {
    const event = masking({ patterns: [{ kind: 'a', pattern: /^(\w+\s?)*$/ }] })
    expect(event.maskText(`${'a'.repeat(5000)}!`, '')).to.equal(`${'a'.repeat(5000)}!`)
  })

  it('masks what is personal only on request', () => {
    const text = 'mail bob@example.com'
    expect(masking().maskText(text, '')).to.equal(text)
    expect(masking({ packs: ['email'] }).maskText('mail bob@shop.org', '')).to.equal(
      `mail ${mark('email', 'bob@shop.org')}`,
    )
  })

  it('asks the user’s function last, with what is left and where it stands', () => {
    const calls: string[] = []
    const mask = (text: string, path: string): string => {
      calls.push(`${path}: ${text}`)
      return text.replace('plain', '***')
    }
    expect(masking({ mask }).maskText('password=hunter2 plain', 'data.goal')).to.equal(
      `password=${mark('password', 'hunter2')} ***`,
    )
    expect(calls).to.deep.equal([`data.goal: password=${mark('password', 'hunter2')} plain`])
  })

  it('stores nothing of a text that the function fails for, and says so once', () => {
    const failures: string[] = []
    const onMaskFailure = (message: string): void => void failures.push(message)
    const faulty: readonly unknown[] = [
      () => {
        throw new Error('no')
      },
      () => 42,
      () => undefined,
      async () => 'late',
      () => Promise.reject(new Error('late')),
    ]
    for (const mask of faulty) {
      const event = masking({ mask: mask as (text: string) => string, onMaskFailure })
      expect(event.maskText('plain', '')).to.equal('[REDACTED:mask-failed]')
      expect(event.maskText('plain', '')).to.equal('[REDACTED:mask-failed]')
      expect(event.counts).to.deep.equal({ 'mask-failed': 2 })
    }
    expect(failures).to.have.length(faulty.length)
    expect(failures[0]).to.match(/redaction\.mask.* threw: no/)
    expect(failures[3]).to.match(/promise.*synchronous/)
  })

  it('cuts at 256 Ki and masks to that end what begins there', () => {
    const before = 'x '.repeat(FIELD_LIMIT / 2 - 10)
    const masked = masking().maskText(`${before}${GITHUB_TOKEN}${'tail '.repeat(100)}`, '')
    const shown = GITHUB_TOKEN.slice(0, 20)
    expect(masked).to.equal(`${before}${mark('github-token', shown)}`)
    expect(
      masking()
        .maskText(before + PEM, '')
        .slice(before.length),
    ).to.match(/^\[REDACTED:private-key:[0-9a-f]{12}\]$|^-----BEGIN RSA PRIVA$/)
  })

  it('masks to the end where the caller says that the text goes on', () => {
    const half = GITHUB_TOKEN.slice(0, 12)
    expect(masking().maskText(`a ${half}`, '', true)).to.equal(`a ${mark('github-token', half)}`)
    expect(masking().maskText(`a ${half}`, '')).to.equal(`a ${half}`)
  })

  it('masks a text whole once the time of its event is over', () => {
    const event = masking({ maxMillis: -1 })
    const text = 'clean '.repeat(10_000)
    expect(event.maskText(text, '')).to.equal(mark('too-slow', text))
    expect(event.counts).to.deep.equal({ 'too-slow': 1 })
    expect(masking().maskText(text, '')).to.equal(text)
  })
})
