/** A secret of a known kind, and a provider that quotes it when it fails. */
import { crc32 } from 'node:zlib'
import type { Logger, LoggerProvider } from '@opentelemetry/api'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** GitHub's tokens end in a checksum: six base62 digits of the CRC-32 of the rest. */
function tokenOf(random: string): string {
  let checksum = ''
  for (let rest = crc32(random); checksum.length < 6; rest = Math.floor(rest / 62)) {
    checksum = (BASE62[rest % 62] ?? '') + checksum
  }
  return `ghp_${random}${checksum}`
}

export const TOKEN: string = tokenOf('wJ3kQ9xZr7LmT2vB8nYc5HdF1gSaPe')
export const MARK = /\[REDACTED:github-token:[0-9a-f]{12}\]/

export class FailingSecrets implements LoggerProvider {
  getLogger(): Logger {
    return {
      emit: () => {
        throw new Error(`cannot connect with ${TOKEN}`)
      },
      enabled: () => true,
    }
  }
}
