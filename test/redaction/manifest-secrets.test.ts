import { expect } from 'chai'
import { asJson, shown } from './support/shown.ts'

const YAML = `apiVersion: v1
data:
  anything: aGVsbG8gd29ybGQ=
  .dockerconfigjson: e30K
kind: Secret
metadata:
  labels:
    app: shop
  name: shop-secrets
  uid: 0f5ad1a2-4c0e-4f5c-9a5e-1b2c3d4e5f60
type: Opaque
`
const MASKED = YAML.replace('aGVsbG8gd29ybGQ=', '<secret>').replace('e30K', '<secret>')

/** A `Secret` as an object. */
const OBJECT = {
  apiVersion: 'v1',
  items: [
    { data: { 'app.conf': 'level: debug' }, kind: 'ConfigMap', metadata: { name: 'shop' } },
    { data: { anything: 'aGVsbG8gd29ybGQ=' }, kind: 'Secret', metadata: { name: 'shop' }, type: 'Opaque' },
  ],
  kind: 'List',
}

describe('every value of a Secret of Kubernetes is found', () => {
  it('in YAML', () => {
    expect(shown(YAML)).to.equal(MASKED)
  })

  it('in YAML on Windows', () => {
    expect(shown(YAML.replaceAll('\n', '\r\n'))).to.equal(MASKED.replaceAll('\n', '\r\n'))
  })

  it('in a manifest, as plain text and as text on lines', () => {
    const text = 'kind: Secret\nstringData:\n  greeting: "hello you"\n  file: |\n    one\n    two\ntype: Opaque\n'
    const masked = 'kind: Secret\nstringData:\n  greeting: "<secret>"\n  file: |\n<secret>\ntype: Opaque\n'
    expect(shown(text)).to.equal(masked)
  })

  it('in a list of objects, those of others left as they are', () => {
    const item = (text: string): string => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`
    const other = YAML.replace('kind: Secret', 'kind: ConfigMap')
    const list = (middle: string): string => `items:\n${item(other)}${item(middle)}${item(other)}kind: List\n`
    expect(shown(list(YAML))).to.equal(list(MASKED))
  })

  it('in one of several documents', () => {
    const other = 'kind: ConfigMap\ndata:\n  level: debug\n'
    expect(shown(`${other}---\n${YAML}---\n${other}`)).to.equal(`${other}---\n${MASKED}---\n${other}`)
  })

  it('in JSON on lines, those of others left as they are', () => {
    const text = JSON.stringify(OBJECT, null, 4)
    expect(shown(text)).to.equal(text.replace('aGVsbG8gd29ybGQ=', '<secret>'))
  })

  for (const depth of [0, 1, 2]) {
    it(`in JSON on one line, ${depth} times escaped`, () => {
      const text = asJson(JSON.stringify(OBJECT.items[1]), depth)
      expect(shown(text)).to.equal(text.replace('aGVsbG8gd29ybGQ=', '<secret>'))
    })
  }

  it('and none where nothing is one', () => {
    const text = YAML.replace('kind: Secret', 'kind: ConfigMap')
    expect(shown(text)).to.equal(text)
    expect(shown('kind: SecretStore\ndata:\n  a: bcd\n')).to.equal('kind: SecretStore\ndata:\n  a: bcd\n')
    expect(shown('kind: Secret\ndata: null\n')).to.equal('kind: Secret\ndata: null\n')
    const template = 'kind: Secret\ndata:\n  a: {{ .Values.a | b64enc }}\n  b: ${B}\n  c: <base64>\n'
    expect(shown(template)).to.equal(template)
  })
})
