import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { lineText, lineTexts, numbersIn, range, useFolders, writeFiles } from '../journal/reader/support/test-lines.ts'
import { sealedFolder, toolCalls } from '../support/sealed-folder.ts'
import { environment, kansa, MAIN } from './support/kansa.ts'

describe('the output of kansa', () => {
  const newFolder = useFolders()
  const shell = (command: string, dir: string): { stdout: string; stderr: string; status: number | null } => {
    const env = environment({ KANSA: `${process.execPath} ${MAIN}`, DIR: dir })
    return spawnSync('bash', ['-c', command], { encoding: 'utf8', env, timeout: 15_000, maxBuffer: 2 ** 26 })
  }

  it('ends quietly with 0 when the reader of the pipe has enough', () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 19_999) })
    const command = '$KANSA tail -n 20000 --dir $DIR | head -1; exit ${PIPESTATUS[0]}'
    const { stdout, stderr, status } = shell(command, dir)
    expect(stdout).to.equal(`${lineText(0)}\n`)
    expect([stderr, status]).to.deep.equal(['', 0])
  })

  it('leaves the verdict in the exit code when nobody reads the report', () => {
    const dir = newFolder()
    sealedFolder({ dir, records: toolCalls(3) })
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 2) })
    for (const command of ['verify', 'verify --json']) {
      // `true` is gone long before the report comes.
      const { status } = shell(`$KANSA ${command} --dir $DIR | true; exit \${PIPESTATUS[0]}`, dir)
      expect(status, command).to.equal(1)
    }
  })

  it('ends a follower when the reader has gone and the next line comes', () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 1), more: lineTexts(2, 3) })
    const command = `(sleep 0.5; while sleep 0.05; do cat $DIR/more >> $DIR/audit.jsonl; done) & more=$!
      $KANSA tail -f --dir $DIR | head -1; status=\${PIPESTATUS[0]}; kill $more; exit $status`
    const { stdout, status } = shell(command, dir)
    expect([stdout, status]).to.deep.equal([`${lineText(0)}\n`, 0])
  })

  it('is complete when its reader is slow', () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 4999) })
    const { stdout } = shell('$KANSA tail -n 5000 --dir $DIR | (sleep 0.5; cat)', dir)
    expect(numbersIn(stdout)).to.deep.equal(range(0, 4999))
  })

  it('exits with 3 and says why when it cannot be written', async function () {
    if (!existsSync('/dev/full')) {
      console.log('skipped: no /dev/full on this system')
      this.skip()
    }
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 4) })
    const full = openSync('/dev/full', 'w')
    const { code, stderr } = await kansa(['tail', '--dir', dir], { stdout: full })
    closeSync(full)
    expect(stderr).to.match(/cannot write to standard output: .*ENOSPC/)
    expect(code).to.equal(3)
  })

  it('goes to a file as it goes to a pipe', async () => {
    const dir = newFolder()
    writeFiles(dir, { 'audit.jsonl': lineTexts(0, 4) })
    const path = join(dir, 'copy')
    const file = openSync(path, 'w')
    await kansa(['tail', '--dir', dir], { stdout: file, env: { FORCE_COLOR: '1' } })
    closeSync(file)
    expect(readFileSync(path, 'utf8')).to.equal(lineTexts(0, 4))
  })

  it('shows what a path holds as escapes in messages', async () => {
    const { stderr } = await kansa(['tail', '--dir', '/nowhere/\u001b]0;owned\u0007\u202e'])
    expect(stderr).to.include('/nowhere/\\x1b]0;owned\\x07⟪U+202E⟫')
    expect(stderr.trimEnd()).to.not.match(/[\p{Cc}\u202e]/u)
  })
})
