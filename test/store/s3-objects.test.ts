import assert from 'node:assert/strict'
import { test } from 'node:test'
import { S3Objects } from '../../lib/store/s3-objects.ts'
import type { StoredObject } from '../../lib/store/store.ts'
import { type Answer, answer, failure, hastyOutside, reset, scriptedS3 } from './scripted-s3.ts'

const object = { bucket: 'landing', key: 'a b/20:00+1 ü.log' }
const never = new AbortController().signal
const part = answer(
  206,
  { etag: '"e"', 'content-length': 3, 'content-range': 'bytes 0-2/7' },
  'abc',
)

/** What these answers come to, and the requests that were made. */
async function get(answers: readonly Answer[], etag?: string, signal = never) {
  let found: StoredObject | undefined
  let requests: { readonly url: string; readonly headers: object }[] = []
  await scriptedS3(answers, async (_store, seen, endpoint) => {
    requests = seen
    process.env.AWS_ENDPOINT_URL_S3 = endpoint
    try {
      found = await new S3Objects(hastyOutside).get(object, { start: 0, end: 3 }, etag, signal)
    } finally {
      delete process.env.AWS_ENDPOINT_URL_S3
    }
  })
  return { found, requests }
}

test('a part of an object of any key is read, of the etag that was asked for', async () => {
  const { found, requests } = await get([part], '"e"')

  assert.deepEqual(found, { bytes: Buffer.from('abc'), etag: '"e"', sizeBytes: 7 })
  const [{ url, headers }] = requests as [{ url: string; headers: Record<string, string> }]
  assert.equal(decodeURIComponent(url.split('?')[0]!), `/landing/${object.key}`)
  assert.equal(headers.range, 'bytes=0-2')
  assert.equal(headers['if-match'], '"e"')
})

test('a read that fails is repeated; an object that is not there is not', async () => {
  const repeated = await get([reset, failure(503, 'SlowDown'), part])
  const missing = await get([failure(404, 'NoSuchKey')])

  assert.equal(repeated.found?.sizeBytes, 7)
  assert.equal(repeated.requests.length, 3)
  assert.equal(missing.found, undefined)
  assert.equal(missing.requests.length, 1)
})

for (const [name, given, message] of [
  ['changed meanwhile', failure(412, 'PreconditionFailed'), /changed while it was read/],
  ['is forbidden', failure(403, 'AccessDenied'), /do not allow it/],
  ['lies in no S3 bucket', failure(404, 'NoSuchBucket'), /no S3 bucket/],
] as const) {
  test(`an object that ${name} may be read later`, async () => {
    await assert.rejects(get([given]), { code: 'unavailable', message })
  })
}

test('a read ends when its call does', async () => {
  const over = AbortSignal.abort(new Error('over'))

  await assert.rejects(get([part], undefined, over), /over/)
})
