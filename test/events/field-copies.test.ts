import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fieldCopies } from '../../scripts/field-copies.ts'
import { COPY_INPUT } from '../../src/events/copy-input.ts'
import { COPY_LINE } from '../../src/events/copy-line.ts'
import { KINDS } from '../../src/events/field-table.ts'

describe('the copying of fields', () => {
  for (const [path, text] of fieldCopies()) {
    it(`is written out from the table in ${basename(path)} (else: npm run generate)`, () => {
      expect(readFileSync(path, 'utf8')).to.equal(text)
    })
  }

  it('is there for each kind and names each of its fields', () => {
    for (const [kind, { fields }] of Object.entries(KINDS)) {
      const copies = [Reflect.get(COPY_INPUT, kind), Reflect.get(COPY_LINE, kind)].map(String)
      for (const { name } of fields) {
        for (const copy of copies) expect(copy, kind).to.include(`target['${name}'] = stored`)
      }
    }
  })
})
