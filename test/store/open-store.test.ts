import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../lib/core/clock.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { openStore } from '../../lib/store/open-store.ts'

const outside = { clock: systemClock, random: systemRandom }

test('a URL opens the store it names', async () => {
  const urls = {
    'memory:': 'memory:',
    'file:./some/where': 'file:./some/where',
    'file:///some/where': 'file:/some/where',
    's3://bucket': 's3://bucket',
    's3://bucket/a/b/': 's3://bucket/a/b',
    's3://bucket/a?endpoint=http://127.0.0.1:9&region=eu-west-1': 's3://bucket/a',
  }
  for (const [url, expected] of Object.entries(urls)) {
    assert.equal((await openStore(url, outside)).url, expected)
  }
})

test('a wrong URL is refused with what is wrong and what would be right', async () => {
  const cases: [string, RegExp][] = [
    ['', /expected memory:, file:DIRECTORY or s3:\/\/BUCKET\/PREFIX/],
    ['./data', /did you mean file:\.\/data\?/],
    ['http://host/x', /expected memory:/],
    ['memory:x', /expected memory:/],
    ['file:', /names no directory/],
    ['file://host/x', /a host cannot be named/],
    [`file:${import.meta.filename}`, /is a file, not a directory/],
    ['s3:bucket', /is no name of an S3 bucket/],
    ['s3://', /is no name of an S3 bucket/],
    ['s3://UPPER/x', /"UPPER" is no name of an S3 bucket/],
    ['s3://bucket/a/../b', /a part begins with a dot/],
    ['s3://bucket/a?retries=3', /there is no option "retries"/],
    ['s3://bucket/a?endpoint=localhost:9000', /is no http URL/],
  ]
  for (const [url, message] of cases) {
    await assert.rejects(openStore(url, outside), error => {
      assert.ok(error instanceof ArchiveError && error.code === 'invalid', url)
      assert.match(error.message, message)
      return true
    })
  }
})
