import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseArchiveList, stackName } from '../../lib/infra/archive-list.ts'

const good = { org: 'acme', env: 'prod', location: 'eu-central-1' }

test('a list of archives is read as it stands', () => {
  const list = [
    good,
    { ...good, env: 'test', account: '123456789012', prefix: 'varve/', keys: 'keys.json' },
  ]

  assert.deepEqual(parseArchiveList(list), list)
  assert.equal(stackName(good), 'EventArchive-acme-prod-eu-central-1')
})

const faults: readonly [context: unknown, message: RegExp][] = [
  [undefined, /context\.archives must be a list/],
  [[], /must be a list/],
  [[null], /archives\[0\] is not an object/],
  [[good, { ...good, org: undefined }], /archives\[1\]\.org is undefined, expected/],
  [[{ org: 'acme', env: 'prod' }], /archives\[0\]\.location is missing/],
  [[{ ...good, location: 'Frankfurt' }], /location is "Frankfurt", expected/],
  [[{ ...good, account: '12' }], /account is "12"/],
  [[{ ...good, prefix: 'varve' }], /prefix is "varve"/],
  [[{ ...good, keys: 'keys.txt' }], /keys is "keys.txt"/],
  [[{ ...good, retention: 5 }], /retention is unknown, expected org, env/],
  [[good, good], /make the stack EventArchive-acme-prod-eu-central-1/],
]
for (const [context, message] of faults) {
  test(`the list ${JSON.stringify(context)} is refused`, () => {
    assert.throws(() => parseArchiveList(context), message)
  })
}
