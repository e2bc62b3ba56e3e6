import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeStreamFilter, mayHoldStream } from '../../lib/store/stream-filter.ts'

const names = Array.from({ length: 2000 }, (_, i) => `user/${i % 7}/${i}`)

for (const count of [1, 8, 9, 30, 60, 61]) {
  test(`a filter of ${count} streams denies none of them`, () => {
    for (let start = 0; start + count <= names.length; start += count) {
      const held = names.slice(start, start + count)
      const filter = makeStreamFilter(held)

      assert.deepEqual(
        held.filter(stream => !mayHoldStream(filter, stream)),
        [],
      )
    }
  })
}

test('a filter denies most streams that are not there', () => {
  const filters = [makeStreamFilter(names.slice(0, 8)), makeStreamFilter(names.slice(0, 30))]
  const others = names.slice(100)

  const denied = filters.map(filter => others.filter(each => !mayHoldStream(filter, each)).length)

  assert.equal(denied[0], others.length)
  assert.ok(denied[1]! > 0.95 * others.length, `${denied[1]} of ${others.length}`)
})
