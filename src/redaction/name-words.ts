const HUMP = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/
const SEPARATORS = /[^A-Za-z0-9]+/

/** The words of a name, lower-case: `X-Api-Key`, `xApiKey` and `X_API_KEY` are all `x`, `api`, `key`. */
export function wordsOf(name: string): readonly string[] {
  return name
    .split(SEPARATORS)
    .flatMap(part => part.split(HUMP))
    .filter(word => word !== '')
    .map(word => word.toLowerCase())
}
