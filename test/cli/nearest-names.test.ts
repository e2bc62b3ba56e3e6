import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestNames } from '../../lib/cli/nearest-names.ts'

test('the names most like the one typed come first', () => {
  const names = ['web/us', 'web/eu', 'auth', 'Web/EU2']

  assert.deepEqual(nearestNames('web/eu1', names, 2), ['Web/EU2', 'web/eu'])
  assert.deepEqual(nearestNames('x', [], 2), [])
})
