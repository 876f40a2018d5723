/** Looks for planted secrets in bytes: as they are, encoded, and in part. */
import type { PlantedSecret } from './planted-secrets.ts'

/** So few characters of a secret are a leak already. */
const PART_LENGTH = 12
/** What every secret of a kind has in common says nothing. */
const KNOWN = /eyJuYW1lIjoi|T3BlbkFJ|BEGIN PRIVATE KEY|END PRIVATE KEY|sk-proj-|sk-ant-api03-|xoxb-|sk_live_/g

// Made once for all secrets of a run: every part of each of them leads to the secret.
export class LeakSearch {
  private readonly parts = new Map<string, PlantedSecret>()

  constructor(secrets: readonly PlantedSecret[]) {
    for (const secret of secrets) for (const form of formsOf(secret.secret)) this.learn(form, secret)
  }

  /** The secrets of which at least twelve characters in a row are in the bytes. */
  in(bytes: Buffer): Set<PlantedSecret> {
    const found = new Set<PlantedSecret>()
    const text = bytes.toString('latin1')
    for (let at = 0; at + PART_LENGTH <= text.length; at++) {
      const secret = this.parts.get(text.slice(at, at + PART_LENGTH))
      if (secret !== undefined) found.add(secret)
    }
    return found
  }

  private learn(form: string, secret: PlantedSecret): void {
    for (let at = 0; at + PART_LENGTH <= form.length; at++) this.parts.set(form.slice(at, at + PART_LENGTH), secret)
  }
}

/** The secret, escaped and encoded; of base64 what it looks like wherever in a longer text it begins. */
function formsOf(secret: string): string[] {
  const pieces = secret.split(KNOWN).flatMap(piece => piece.split('\n'))
  return pieces
    .filter(piece => piece.length >= PART_LENGTH)
    .flatMap(piece => [
      piece,
      JSON.stringify(piece).slice(1, -1),
      encodeURIComponent(piece),
      Buffer.from(piece).toString('hex'),
      ...[0, 1, 2].flatMap(shift => base64At(piece, shift)),
    ])
}

/** Without the characters at both ends that neighbours have a part in. */
function base64At(piece: string, shift: number): string[] {
  const bytes = Buffer.from('x'.repeat(shift) + piece)
  return (['base64', 'base64url'] as const).map(encoding => {
    const text = bytes.toString(encoding).replace(/=+$/, '')
    return text.slice(shift === 0 ? 0 : 4, text.length - (bytes.length % 3 === 0 ? 0 : 2))
  })
}
