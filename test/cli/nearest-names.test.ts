import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestNames } from '../../lib/cli/nearest-names.ts'

test('of the names that are half alike the most alike come first', () => {
  const names = ['web/us', 'web/eu', 'auth', 'Web/EU2']

  assert.deepEqual(nearestNames('web/eu1', names, 2), ['Web/EU2', 'web/eu'])
  assert.deepEqual(nearestNames('oauth', names, 2), ['auth'])
  assert.deepEqual(nearestNames('x', [], 2), [])
})
