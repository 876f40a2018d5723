import { execFileSync, spawnSync } from 'node:child_process'
import { expect } from 'chai'
import fc from 'fast-check'
import { manPage } from '../../scripts/man-page.ts'
import { escaped, verbatim } from '../../scripts/roff.ts'
import { EXIT_CODES } from '../../src/cli/exit-codes.ts'
import { manualOf } from '../../src/cli/kansa-command.ts'
import { kansaProgram } from '../../src/cli/program.ts'
import { environment } from './support/kansa.ts'

const HAS_MANDOC = spawnSync('mandoc', ['-T', 'ascii'], { input: '' }).error === undefined
const HAS_GROFF = spawnSync('groff', ['-v']).status === 0

describe('the manual page', () => {
  const program = kansaProgram()
  const page = manPage()

  it('has the sections of a manual page, in their order', () => {
    expect([...page.matchAll(/^\.SH "(.*)"$/gm)].map(([, name]) => name).join(', ')).to.equal(
      'NAME, SYNOPSIS, DESCRIPTION, COMMANDS, FILTERS, OPTIONS, EXIT STATUS, ENVIRONMENT, FILES, SEE ALSO',
    )
  })

  it('is the same wherever and whenever it is made', () => {
    const program = `
      import { manPage } from ${JSON.stringify(import.meta.resolve('../../scripts/man-page.ts'))}
      process.stdout.write(manPage())`
    const env = environment({ KANSA_DIR: '/somewhere/else', TZ: 'Asia/Kolkata', COLUMNS: '40', FORCE_COLOR: '1' })
    const other = execFileSync(process.execPath, ['--input-type=module', '-e', program], { env, encoding: 'utf8' })
    expect(other).to.equal(page)
  })

  describe('(read with groff)', () => {
    before(function () {
      if (HAS_GROFF) return
      console.log('skipped: there is no groff')
      this.skip()
    })
    const groff = (input: string, ...options: readonly string[]): string => {
      const { status, stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', ...options], {
        input,
        encoding: 'utf8',
      })
      expect([status, stderr]).to.deep.equal([0, ''])
      return stdout
    }

    it('is found in order', () => {
      expect(groff(page, '-z')).to.equal('')
    })

    it('has no character of an example replaced by a finer one', () => {
      const ascii = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index)).join('')
      const source = ['.TH X 1 ""', '.SH "EXAMPLES"', verbatim([escaped(ascii)]), ''].join('\n')
      expect(groff(source, '-P-cbou').split('\n')).to.include(`${' '.repeat(11)}${ascii}`)
    })
  })

  describe('(read with mandoc)', () => {
    before(function () {
      if (HAS_MANDOC) return
      console.log('skipped: there is no mandoc')
      this.skip()
    })
    const shown = (text: string): string[] => {
      const output = execFileSync('mandoc', ['-T', 'utf8', '-O', 'width=900'], { input: text, encoding: 'utf8' })
      // Bold and italic are characters that are struck twice.
      return output
        .replaceAll(/.\u0008/gu, '')
        .split('\n')
        .map(line => line.trim())
    }

    it('is found in order, but that it has no date', () => {
      const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning'], { input: page, encoding: 'utf8' })
      const complaints = stdout.split('\n').filter(line => line !== '' && !line.includes('missing date'))
      expect(complaints).to.deep.equal([])
    })

    it('has every command with what it does, its flags and its examples', () => {
      const lines = shown(page)
      const text = lines.join(' ').replaceAll(/\s+/g, ' ')
      for (const command of [program, ...program.commands]) {
        const { notes = '', examples } = manualOf(command)
        expect(lines).to.include.members(examples.map(([example]) => example))
        expect(text).to.include(notes)
        for (const { flags, description } of command.options) {
          expect(text)
            .to.include(`${flags.replaceAll(/[<>[\]]/g, '')} `)
            .and.include(description)
        }
      }
      for (const command of program.commands) {
        const heading = lines.findIndex(
          line => line.startsWith(`kansa ${command.name()}`) && !line.includes('[options]'),
        )
        expect(lines.slice(heading).join(' ')).to.include(command.description())
      }
    })

    it('has every exit code', () => {
      const lines = shown(page)
      const section = lines.slice(lines.indexOf('EXIT STATUS'), lines.indexOf('ENVIRONMENT'))
      expect(section.filter(line => /^\d/.test(line)).map(line => line.replace(/\s+/, ' '))).to.deep.equal(
        EXIT_CODES.map(([code, about]) => `${code} ${about}`),
      )
    })

    it('shows every line for a shell as it was written', () => {
      const line = fc
        .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 })
        .filter(text => text.trim() === text)
      fc.assert(
        fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), lines => {
          const source = ['.TH X 1 ""', '.SH "EXAMPLES"', verbatim(lines.map(escaped)), ''].join('\n')
          const output = shown(source)
          const start = output.indexOf('EXAMPLES') + 1
          expect(output.slice(start, start + lines.length)).to.deep.equal(lines)
        }),
        { numRuns: 50 },
      )
      expect(shown(`.TH X 1 ""\n.SH "A"\n${escaped('… 監査 ⟪𝛼⟫')}\n`)).to.include('… 監査 ⟪𝛼⟫')
    })
  })
})
