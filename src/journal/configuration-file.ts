/** The JSON file of options that `KANSA_CONFIG` names. */
import { readFileSync } from 'node:fs'
import { KansaError, messageOf } from '../errors.ts'

/** @throws KansaError `KANSA_INVALID_OPTION` */
export function readConfigurationFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new KansaError(
      'KANSA_INVALID_OPTION',
      `KANSA_CONFIG: ${path} is no readable JSON file: ${messageOf(error)}`,
      { cause: error },
    )
  }
}
