import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { anchorsOf, linksOf, PAGES, ROOT, spansOf } from './support/pages.ts'

describe('the links in the documentation', () => {
  for (const page of PAGES.filter(page => linksOf(page).length > 0)) {
    it(`lead to files and headings that are there: ${page}`, () => {
      const dead = linksOf(page).filter(
        ({ path, anchor }) =>
          !existsSync(join(ROOT, path)) || (anchor !== undefined && !anchorsOf(path).includes(anchor)),
      )
      expect(dead).to.deep.equal([])
    })
  }

  it('and the paths in backquotes lead somewhere too', () => {
    const lost = PAGES.flatMap(page =>
      spansOf(page)
        .filter(span => /^(src|test|scripts|examples|docs)\/[\w./-]+$/.test(span) && !existsSync(join(ROOT, span)))
        .map(span => `${page}: ${span}`),
    )
    expect(lost).to.deep.equal([])
  })
})
