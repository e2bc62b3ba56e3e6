import assert from 'node:assert/strict'
import { test } from 'node:test'
import { objectKinds, smallArchive, spoilEverywhere } from './spoil-everywhere.ts'

/** `npm run sim -- --report` takes every bit and every length. */
const every = 59

const archive = await smallArchive()

for (const kind of Object.keys(objectKinds)) {
  test(`a ${kind} with a wrong bit or cut short is noticed, and the rest is told`, async () => {
    const { count, wrong } = await spoilEverywhere(archive, kind, every)

    assert.deepEqual(wrong, [])
    assert.ok(count > 10)
  })
}
