import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ArchiveError } from '../../lib/core/errors.ts'
import { asStreamName, streamNameFault } from '../../lib/core/stream-name.ts'

const good = [
  'a',
  'web/eu',
  'user/4711',
  'A-Z_0.9:x@y+z=w~v',
  'a/b/c/d/e',
  '...',
  'a/.hidden',
  'a..b/c',
  '-',
  '2026',
  'x'.repeat(200),
]

const bad = [
  ['', /at least one/],
  ['x'.repeat(201), /at most 200 characters, this one has 201/],
  ['.', /part "\." or "\.\."/],
  ['..', /part/],
  ['../etc/passwd', /part/],
  ['a/../b', /part/],
  ['a/./b', /part/],
  ['a/..', /part/],
  ['/a', /single slashes/],
  ['a/', /single slashes/],
  ['a//b', /single slashes/],
  ['/', /single slashes/],
  ['C:\\windows', /must consist/],
  ['a b', /must consist/],
  ['a\n', /must consist/],
  ['a\0', /must consist/],
  ['größe', /must consist/],
  ['a"b', /must consist/],
  ['a*', /must consist/],
  ['%2e%2e', /must consist/],
  [undefined, /is a string/],
  [7, /is a string/],
  [null, /is a string/],
  [['a'], /is a string/],
] as const

test('a stream name consists of allowed characters in parts between single slashes', () => {
  for (const name of good) {
    assert.equal(streamNameFault(name), undefined, name)
    assert.equal(asStreamName(name), name)
  }
})

test('a name that is empty, too long, path-like or of other characters is refused', () => {
  for (const [name, reason] of bad) {
    assert.match(streamNameFault(name) ?? 'none', reason, JSON.stringify(name))
    assert.throws(
      () => asStreamName(name),
      (fault: unknown) =>
        fault instanceof ArchiveError &&
        fault.code === 'invalid' &&
        fault.details[0]?.pointer === '/@stream',
    )
  }
})
