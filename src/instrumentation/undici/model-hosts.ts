/** Which servers are asked for models: those of known providers, and those that the environment names. */
import { namedProviderOf } from '../provider-name.ts'

export const HOSTS_VARIABLE = 'KANSA_MODEL_HOSTS'

/**
 * `models.example.com` on any port, `localhost:11434` on that one, `.example.com` with every subdomain; separated by commas.
 * @returns whether an origin (`https://host:port`) is a model server
 */
export function modelHosts(named: string | undefined): (origin: string) => boolean {
  const words = (named ?? '').split(',').map(word => word.trim().toLowerCase())
  const entries = words.filter(word => word !== '')
  return origin => {
    if (!URL.canParse(origin)) return false
    const { hostname, host } = new URL(origin)
    if (namedProviderOf(hostname) !== undefined) return true
    return entries.some(entry =>
      entry.startsWith('.') ? `.${hostname}`.endsWith(entry) : entry === hostname || entry === host,
    )
  }
}
