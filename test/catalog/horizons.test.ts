import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Horizon, Horizons, raiseHorizons } from '../../lib/catalog/horizons.ts'
import { domainOf, inDomain } from '../../lib/core/domain.ts'
import { matchesGlob } from '../../lib/core/glob.ts'

const patterns = ['**', 'a/**', 'a/*', 'a/b', 'b*', '*/b', 'a/b/**', '?/b', 'ab**']
const streams = ['a/b', 'a/c', 'a/b/c', 'b', 'bb', 'b/b', 'ab', 'z']
const lists = fc.uniqueArray(fc.constantFrom(...patterns), { minLength: 1, maxLength: 5 })

/** Each round has policies in an order, and times for some of them. */
const rounds = fc.array(fc.tuple(lists, fc.array(fc.nat(20), { minLength: 5, maxLength: 5 })), {
  maxLength: 8,
})

function domainsIn(list: readonly string[]) {
  return list.map(pattern =>
    domainOf(
      pattern,
      list.map(each => ({ pattern: each })),
    ),
  )
}

test('a stream lies in the domain of exactly the first policy that matches it', () => {
  fc.assert(
    fc.property(lists, fc.constantFrom(...streams), (list, stream) => {
      const first = list.find(pattern => matchesGlob(stream, pattern))

      const found = domainsIn(list).filter(domain => inDomain(stream, domain))

      assert.deepEqual(
        found.map(({ pattern }) => pattern),
        first === undefined ? [] : [first],
      )
    }),
  )
})

test('horizons of all policies there ever were hold for every stream, however few are kept', () => {
  fc.assert(
    fc.property(rounds, history => {
      let kept: readonly Horizon[] = []
      const expected = new Map<string, number>()
      for (const [list, times] of history) {
        const raised = domainsIn(list).map((domain, i) => ({ ...domain, beforeMicros: times[i]! }))
        kept = raiseHorizons(kept, raised)
        for (const stream of streams) {
          const now = raised.find(horizon => inDomain(stream, horizon))?.beforeMicros ?? 0
          expected.set(stream, Math.max(expected.get(stream) ?? 0, now))
        }
      }
      const horizons = new Horizons(kept)

      const found = streams.map(stream => horizons.of(stream))

      assert.deepEqual(
        found,
        streams.map(stream => expected.get(stream) ?? 0),
      )
    }),
  )
})

test('what is said of several streams holds for each of them', () => {
  const ranges = fc.uniqueArray(fc.constantFrom(...streams), { minLength: 1, maxLength: 4 })
  const times = fc.array(fc.nat(20), { minLength: 5, maxLength: 5 })
  fc.assert(
    fc.property(lists, times, ranges, fc.boolean(), (list, micros, some, isKnown) => {
      const domains = domainsIn(list)
      const horizons = new Horizons(
        domains.map((domain, i) => ({ ...domain, beforeMicros: micros[i]! })),
      )
      const sorted = [...some].sort()
      const own = domains.find(domain => sorted.every(stream => inDomain(stream, domain)))
      const extent = { streams: [sorted[0]!, sorted.at(-1)!] as const }

      const { least, most } = horizons.within(isKnown && own ? { ...extent, domain: own } : extent)

      for (const stream of sorted) {
        const of = horizons.of(stream)
        assert.ok(least <= of && of <= most, `${stream}: ${least} <= ${of} <= ${most}`)
      }
    }),
  )
})

test('a horizon is dropped when a later one takes all that it does, and only then', () => {
  const [narrow] = domainsIn(['a/**'])
  const [, rest] = domainsIn(['a/**', '**'])
  const [all] = domainsIn(['**'])
  const at = (domain: typeof all, beforeMicros: number) => ({ ...domain!, beforeMicros })

  const both = raiseHorizons([at(narrow, 5)], [at(rest, 9)])
  const wide = raiseHorizons(both, [at(all, 7)])

  assert.equal(both.length, 2)
  assert.deepEqual(wide, [at(rest, 9), at(all, 7)])
  assert.equal(raiseHorizons(wide, [at(narrow, 7)]), wide)
})
