import { termOf } from '../../lib/index/term-hash.ts'
import type { TermSection } from '../../lib/index/term-index-builder.ts'
import { indexOfLines, indexOfTerms } from '../index/support/make-index.ts'
import { sampleLines } from './samples.ts'

/** Term indexes of every detail, one of them with lists behind its pages. */
export function sampleIndexes(): TermSection[] {
  const many = Array.from({ length: 2600 }, (_, i) =>
    [i % 11 < 5 || (i * 7919) % 13 < 4 ? 'often' : 'seldom'].map(termOf),
  )
  return [
    indexOfLines(sampleLines(9), false),
    indexOfLines(sampleLines(9)),
    indexOfLines(sampleLines(70)),
    indexOfTerms(many),
  ]
}
