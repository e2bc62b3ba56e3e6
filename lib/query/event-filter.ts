import { compileLeafTest, type LeafTest } from './leaf-test.ts'
import { LeafText } from './leaf-text.ts'
import { type Leaf, LeafWalk } from './leaf-walk.ts'
import { necessaryText } from './necessary-text.ts'
import type { MatchQuery, Query } from './query.ts'
import { TextSearch } from './text-search.ts'

/** A query made ready to be asked of stored lines. It keeps scratch space: not for nested use. */
export interface EventFilter {
  /** Whether the event at [start, end), a stored line without its newline, meets the query. */
  matches(bytes: Buffer, start: number, end: number): boolean
  /** Every event matches: no need to ask. */
  readonly matchesAll: boolean
  /** Finds places of which every matching line has one; `undefined` where there is no such text. */
  readonly search: TextSearch | undefined
}

/** The filter of a query that `parseQuery` made. */
export function compileFilter(query: Query): EventFilter {
  const necessary = necessaryText(query)
  const lines = new LineTest(query)
  return {
    matches: (bytes, start) => lines.matches(bytes, start),
    matchesAll: query.kind === 'all',
    search: necessary && new TextSearch(necessary),
  }
}

/** One condition of the query and whether the line at hand has met it. */
interface Check {
  /** Place among the walk's paths; -1: any leaf but the parameters. */
  readonly path: number
  readonly test: LeafTest
  isMet: boolean
}

type Verdict = () => boolean

class LineTest {
  readonly #paths: string[] = []
  readonly #checks: Check[] = []
  readonly #walk: LeafWalk
  readonly #verdict: Verdict
  readonly #value = new LeafText()
  readonly #visitLeaf = (leaf: Leaf) => this.#visit(leaf)
  #unmetCount = 0

  constructor(query: Query) {
    this.#verdict = this.#compile(query)
    const wantsAll = this.#checks.some(check => check.path < 0)
    this.#walk = new LeafWalk(this.#paths, wantsAll)
  }

  matches(bytes: Buffer, start: number): boolean {
    for (const check of this.#checks) check.isMet = false
    this.#unmetCount = this.#checks.length
    if (this.#unmetCount > 0) this.#walk.walk(bytes, start, this.#visitLeaf)
    return this.#verdict()
  }

  /** True once nothing that follows can change the verdict. */
  #visit(leaf: Leaf): boolean {
    if (leaf.kind === 'null') return false
    this.#value.leaf = undefined
    for (const check of this.#checks) {
      if (check.isMet) continue
      if (check.path < 0 ? leaf.isParameter : !this.#walk.isAt(check.path)) continue
      if (this.#value.leaf === undefined) this.#value.read(leaf)
      if (!check.test(this.#value)) continue
      check.isMet = true
      this.#unmetCount--
    }
    return this.#unmetCount === 0
  }

  #compile(query: Query): Verdict {
    switch (query.kind) {
      case 'all':
        return () => true
      case 'not': {
        const part = this.#compile(query.part)
        return () => !part()
      }
      case 'match': {
        const check = this.#addCheck(query)
        return () => check.isMet
      }
      default: {
        const parts = query.parts.map(part => this.#compile(part))
        return query.kind === 'and'
          ? () => parts.every(part => part())
          : () => parts.some(part => part())
      }
    }
  }

  #addCheck(query: MatchQuery): Check {
    const { field } = query
    let path = field === undefined ? -1 : this.#paths.indexOf(field)
    if (field !== undefined && path < 0) path = this.#paths.push(field) - 1
    const check = { path, test: compileLeafTest(query), isMet: false }
    this.#checks.push(check)
    return check
  }
}
