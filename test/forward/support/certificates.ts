/** Certificates made by openssl while the tests run: a key in the repository would be found by every scanner. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Certificate {
  readonly cert: string
  readonly key: string
  /** Its path, for whoever is to trust it. */
  readonly path: string
}

const CONFIGURATION = `
[ca]
default_ca = here
[here]
dir = .
database = ./index.txt
new_certs_dir = ./certs
serial = ./serial
default_md = sha256
policy = any
x509_extensions = server
[any]
commonName = supplied
[server]
subjectAltName = IP:127.0.0.1
basicConstraints = CA:TRUE
[req]
distinguished_name = name
prompt = no
[name]
CN = 127.0.0.1
`

export const HAS_OPENSSL: boolean = spawnSync('openssl', ['version']).status === 0

/** For 127.0.0.1, signed by itself. `until` as `YYMMDDHHMMSSZ`. */
export function makeCertificate(until: string): Certificate {
  const dir = mkdtempSync(join(tmpdir(), 'kansa-tls-'))
  writeFileSync(join(dir, 'openssl.cnf'), CONFIGURATION)
  writeFileSync(join(dir, 'index.txt'), '')
  writeFileSync(join(dir, 'serial'), '01\n')
  mkdirSync(join(dir, 'certs'))
  const run = (...args: string[]): void => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: dir, encoding: 'utf8' })
    if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`)
  }
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
  run('req', '-config', 'openssl.cnf', ...ec, '-nodes', '-keyout', 'key.pem', '-out', 'request.pem')
  const dates = ['-startdate', '200101000000Z', '-enddate', until]
  const signing = ['-selfsign', '-keyfile', 'key.pem', '-in', 'request.pem', '-out', 'cert.pem', '-batch', '-notext']
  run('ca', '-config', 'openssl.cnf', ...signing, ...dates)
  const [cert, key] = ['cert.pem', 'key.pem'].map(name => readFileSync(join(dir, name), 'utf8'))
  return { cert: cert ?? '', key: key ?? '', path: join(dir, 'cert.pem') }
}
