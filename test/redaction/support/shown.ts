import { TextScanner } from '../../../src/redaction/text-scanner.ts'

export const SCANNER = new TextScanner()

/** `text` with each finding as `<kind>`. */
export function shown(text: string, cutAt = false, scanner: TextScanner = SCANNER): string {
  let masked = ''
  let from = 0
  for (const { kind, start, end } of scanner.scan(text, cutAt)) {
    masked += `${text.slice(from, start)}<${kind}>`
    from = end
  }
  return masked + text.slice(from)
}

/** Tokens of real form that nobody has; put together so that no scanner takes this file for a leak. */
export const GITHUB_TOKEN: string = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_')
export const OPENAI_KEY: string = ['sk', 'proj', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0'].join('-')
export const JWT: string = [
  ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0'].join('.'),
  'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
].join('.')
const DASHES = '-----'
export const PEM: string = [
  `${DASHES}BEGIN RSA PRIVATE KEY${DASHES}`,
  'MIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9OiZ1BjP5CE+Wm/RJR9wgKpTnvpS',
  '9OiZ1BjP5CE+Wm/Rr500PRK+Lh9x5eJPo5CAZ3/ANBE0sTK0ZsDGMak2m1g7oruI',
  `${DASHES}END RSA PRIVATE KEY${DASHES}`,
].join('\n')

/** `text` as a JSON string, `times` over. */
export function asJson(text: string, times: number): string {
  return times === 0 ? text : asJson(JSON.stringify(text), times - 1)
}
