/** `kansa scan`: whether there are secrets in a journal or any other text. */
import { Option } from 'commander'
import { dirOption } from './dir-option.ts'
import { listed } from './flag-values.ts'
import { KansaCommand } from './kansa-command.ts'
import { OUTPUT_FORMATS } from './output-formats.ts'
import type { ScanFlags } from './run-scan.ts'
import { PACK_WORDS } from './scan/pack-words.ts'

export function scanCommand(): KansaCommand {
  return new KansaCommand('scan')
    .description('Look for secrets in a journal, or in any JSONL or text, and say where they are.')
    .argument('[files...]', 'files to look into instead of the journal; - for standard input')
    .addOption(new Option('-o, --output <format>', 'default: table on a terminal, else ndjson').choices(OUTPUT_FORMATS))
    .option('--kind <names>', 'only these kinds of secrets', listed)
    .addOption(new Option('--pack <packs>', `look for these too: ${PACK_WORDS.join(', ')}`).argParser(listed))
    .option('--json', 'the numbers only, as one JSON object')
    .addOption(dirOption())
    .withManual({
      notes:
        'What is found is never shown, only its file, line, field and kind. Exits with 1 when something is found. No ' +
        'search finds everything: docs/privacy.md says what is looked for, and what to do with a secret that was stored.',
      examples: [
        ['kansa scan', 'everything in ./audit, backups included'],
        ['kansa scan --pack email,phone', 'personal data too'],
        ['kansa scan agent.log other.jsonl', 'any files'],
        ['git diff | kansa scan -', 'standard input'],
        ['kansa scan --json | jq .kinds', 'how many of which kind'],
        ['kansa scan -o csv > findings.csv'],
      ],
    })
    .action(async (files: readonly string[], flags: ScanFlags, command: KansaCommand) => {
      // A folder that only the environment names is not one that somebody asked about.
      const isDirGiven = command.getOptionValueSource('dir') === 'cli'
      return await (await import('./run-scan.ts')).scan(files, flags, isDirGiven)
    })
}
