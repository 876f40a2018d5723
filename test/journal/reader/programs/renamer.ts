/** Rotates files as fast as it can until it is killed; each holds its number: `renamer.ts <active path> <backups>`. */
import { renameSync, writeFileSync } from 'node:fs'

const [active = '', backups = ''] = process.argv.slice(2)
const write = (number: number): void => {
  writeFileSync(`${active}.new`, `${number}`)
  renameSync(`${active}.new`, active)
}

let number = 0
const rotate = (): void => {
  for (let suffix = Math.min(number, Number(backups)) - 1; suffix >= 1; suffix--) {
    renameSync(`${active}.${suffix}`, `${active}.${suffix + 1}`)
  }
  renameSync(active, `${active}.1`)
  write(++number)
}

write(0)
while (number < Number(backups)) rotate()
process.send?.('ready')
for (;;) rotate()
