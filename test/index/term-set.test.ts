import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TermSet } from '../../lib/index/term-set.ts'

function counted(set: TermSet): Map<number, readonly [count: number, mask: number]> {
  const found = new Map<number, readonly [number, number]>()
  set.forEach((high, low, eventCount, fieldMask) => {
    found.set(high * 2 ** 20 + low, [eventCount, fieldMask])
  })
  return found
}

test('a term counts once a line, however often it occurs in it', () => {
  const set = new TermSet()
  for (let line = 0; line < 3; line++) {
    set.at(line, 1)
    set.add(7, 1)
    set.add(7, 1)
    if (line === 1) set.add(7, 2)
  }
  assert.deepEqual(
    [...counted(set).values()],
    [
      [3, 1],
      [1, 1],
    ],
  )
})

test('a term is in all fields that it was added in', () => {
  const set = new TermSet()
  set.at(0, 1)
  set.add(7, 1)
  set.at(0, 4)
  set.add(7, 1)
  set.at(1, 1 << 31)
  set.add(7, 1)
  assert.deepEqual([...counted(set).values()], [[2, 5 | (1 << 31)]])
})

test('counts and fields outlast growth, and nothing outlasts clearing', () => {
  const set = new TermSet()
  for (let line = 0; line < 3; line++) {
    set.at(line, 1 << line)
    for (let i = 0; i < 10_000; i++) if (i % (line + 1) === 0) set.add(Math.imul(i, 2654435761), i)
  }
  const found = counted(set)
  assert.equal(found.size, 10_000)
  for (let i = 0; i < 10_000; i++) {
    const lines = [0, 1, 2].filter(line => i % (line + 1) === 0)
    const mask = lines.reduce((all, line) => all | (1 << line), 0)
    assert.deepEqual(found.get(Math.imul(i, 2654435761) * 2 ** 20 + i), [lines.length, mask])
  }
  set.clear()
  assert.equal(counted(set).size, 0)
})
