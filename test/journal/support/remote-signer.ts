/** A signer that answers later, as a key management service does, and that may ail in every way. */
import type { LocalSigner, Signer, Verifier } from '../../../src/seal/signer.ts'
import { testSigner } from '../../support/sealed-folder.ts'

export type Ailment = 'none' | 'fails' | 'hangs' | 'lies'

export class RemoteSigner implements Signer {
  readonly verifier: Verifier
  /** How the next requests are answered. */
  ailment: Ailment
  /** How often it was asked. */
  requests = 0
  private readonly key: LocalSigner
  private readonly waiting: (() => void)[] = []

  constructor(ailment: Ailment = 'none', key: LocalSigner = testSigner()) {
    this.key = key
    this.verifier = key.verifier
    this.ailment = ailment
  }

  async sign(text: Uint8Array): Promise<Uint8Array> {
    this.requests++
    if (this.ailment === 'fails') throw new Error('the key service is away')
    if (this.ailment === 'hangs') await new Promise<void>(resolve => this.waiting.push(resolve))
    return this.key.sign(this.ailment === 'lies' ? Buffer.from('something else\n') : text)
  }

  /** Answers everybody who waits, and everybody who comes. */
  recover(): void {
    this.ailment = 'none'
    for (const resume of this.waiting.splice(0)) resume()
  }
}
