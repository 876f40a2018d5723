/** A certificate authority of the test's own, and a certificate for 127.0.0.1 from it, for both sides. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const EXTENSIONS = 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n'

export class Certificates {
  /** ca.pem, cert.pem and key.pem. */
  readonly folder: string

  constructor(parent: string, name = 'tls') {
    this.folder = join(parent, name)
    mkdirSync(this.folder)
    const newKey = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    this.openssl(
      ...newKey,
      '-x509',
      '-days',
      '2',
      '-subj',
      '/CN=test authority',
      '-keyout',
      'ca-key.pem',
      '-out',
      'ca.pem',
    )
    this.openssl(...newKey, '-subj', '/CN=127.0.0.1', '-keyout', 'key.pem', '-out', 'request.pem')
    writeFileSync(join(this.folder, 'extensions'), EXTENSIONS)
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-extfile', 'extensions', '-days', '2']
    this.openssl('x509', '-req', '-in', 'request.pem', ...signing, '-out', 'cert.pem')
  }

  path(name: 'ca.pem' | 'cert.pem' | 'key.pem'): string {
    return join(this.folder, name)
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' })
  }
}
