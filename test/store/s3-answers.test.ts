import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ArchiveError } from '../../lib/core/errors.ts'
import { storeLimits } from '../../lib/core/store-limits.ts'
import type { PutResult, Store } from '../../lib/store/store.ts'
import {
  type Answer,
  answer,
  failure,
  reset,
  scriptedS3,
  silence,
  withoutDate,
} from './scripted-s3.ts'

const x = Buffer.from('x')
const stored = answer(200, { etag: '"e"' })
const found = (body: string) => answer(200, { etag: '"e"', 'content-length': body.length }, body)
const isUnavailable = (error: unknown) =>
  error instanceof ArchiveError && error.code === 'unavailable'

type Put = (store: Store) => Promise<PutResult>
const create: Put = store => store.create('k', x)
const replace: Put = store => store.replace('k', x, '"old"')

async function outcomeOf(first: Answer, put: Put): Promise<string> {
  let outcome = ''
  await scriptedS3([first, stored], async (store, seen) => {
    outcome = (await put(store)).outcome
    assert.equal(seen.length, 1, 'a put is one attempt')
  })
  return outcome
}

describe('a put to S3', () => {
  const cases: [string, Answer, string, string][] = [
    ['200', stored, 'stored', 'stored'],
    ['200 without Date', withoutDate(stored), 'unknown', 'unknown'],
    ['412', failure(412, 'PreconditionFailed'), 'refused', 'refused'],
    ['412 without Date', withoutDate(failure(412, 'PreconditionFailed')), 'unknown', 'unknown'],
    ['409', failure(409, 'ConditionalRequestConflict'), 'busy', 'busy'],
    ['500', failure(500, 'InternalError'), 'unknown', 'unknown'],
    ['503', failure(503, 'SlowDown'), 'unknown', 'unknown'],
    ['connection reset', reset, 'unknown', 'unknown'],
    ['no answer at all', silence, 'unknown', 'unknown'],
  ]
  for (const [name, first, ofCreate, ofReplace] of cases) {
    test(`that ends in ${name} is ${ofCreate}, after one request`, async () => {
      assert.equal(await outcomeOf(first, create), ofCreate)
      assert.equal(await outcomeOf(first, replace), ofReplace)
    })
  }

  test('that finds nothing to replace is missing; a create that ends in 404 throws', async () => {
    assert.equal(await outcomeOf(failure(404, 'NoSuchKey'), replace), 'missing')
    await assert.rejects(outcomeOf(failure(404, 'NoSuchBucket'), replace), /no S3 bucket/)
    await assert.rejects(outcomeOf(failure(404, 'NoSuchBucket'), create), /no S3 bucket/)
  })

  test('that is forbidden or malformed throws: it had no effect', async () => {
    await assert.rejects(outcomeOf(failure(403, 'AccessDenied'), create), /do not allow/)
    await assert.rejects(outcomeOf(failure(400, 'BadDigest'), replace), isUnavailable)
  })

  test('sends its condition, and its bytes with a checksum', async () => {
    await scriptedS3([stored, stored], async (store, seen) => {
      await store.create('k', x)
      await store.replace('k', x, '"old"')
      assert.equal(seen[0]?.headers['if-none-match'], '*')
      assert.equal(seen[1]?.headers['if-match'], '"old"')
      assert.ok(seen[0]?.headers['x-amz-checksum-crc32'])
      assert.match(seen[0]?.url ?? '', /^\/bucket\/p\/k/)
      assert.equal(seen[0]?.body.toString(), 'x')
    })
  })

  test('that its caller gives up under way is unknown', async () => {
    await scriptedS3([silence], async store => {
      const abort = new AbortController()
      const put = store.create('k', x, abort.signal)
      setImmediate(() => abort.abort(new Error('given up')))
      assert.equal((await put).outcome, 'unknown')
    })
  })
})

describe('a large put to S3', () => {
  const body = Buffer.alloc(storeLimits.singlePutBytesMax + 1, 'v')
  const xml = (text: string) => answer(200, { 'content-type': 'application/xml' }, text)
  /** Parts may come in any order; the last request joins them. */
  const asked: (join: Answer) => Answer = join => (response, request) => {
    const started = '<InitiateMultipartUploadResult><UploadId>u</UploadId>'
    if (request.url.includes('partNumber=')) stored(response, request)
    else if (request.method === 'DELETE') answer(204)(response, request)
    else if (request.url.includes('uploads')) {
      xml(`${started}</InitiateMultipartUploadResult>`)(response, request)
    } else join(response, request)
  }
  const joined = xml(
    '<CompleteMultipartUploadResult><ETag>"whole"</ETag></CompleteMultipartUploadResult>',
  )
  const cases: [string, Answer, string][] = [
    ['200', joined, 'stored'],
    ['412', failure(412, 'PreconditionFailed'), 'refused'],
    ['409', failure(409, 'ConditionalRequestConflict'), 'busy'],
    ['200 with an error inside', failure(200, 'InternalError'), 'unknown'],
    ['500', failure(500, 'InternalError'), 'unknown'],
  ]
  for (const [name, join, expected] of cases) {
    test(`is joined once, on condition: ${name} is ${expected}`, async () => {
      await scriptedS3(Array(9).fill(asked(join)), async (store, seen) => {
        assert.equal((await store.create('k', body)).outcome, expected)
        const joins = seen.filter(
          ({ method, url }) => method === 'POST' && !url.includes('uploads'),
        )
        assert.deepEqual(
          joins.map(({ headers }) => headers['if-none-match']),
          ['*'],
        )
        const sizes = seen.filter(({ method }) => method === 'PUT').map(each => each.body.length)
        assert.equal(
          sizes.reduce((sum, size) => sum + size, 0),
          body.length,
        )
      })
    })
  }
})

describe('a read from S3', () => {
  test('is repeated when no answer or a failing one comes', async () => {
    const answers = [reset, failure(503, 'SlowDown'), failure(500, 'InternalError'), found('abc')]
    await scriptedS3(answers, async (store, seen) => {
      assert.equal((await store.get('k'))?.bytes.toString(), 'abc')
      assert.equal(seen.length, 4)
    })
  })

  test('is repeated when its body is cut', async () => {
    const cut: Answer = response => {
      response.writeHead(200, { etag: '"e"', 'content-length': 3 }).write('a')
      setImmediate(() => response.socket?.destroy())
    }
    await scriptedS3([cut, found('abc')], async store => {
      assert.equal((await store.get('k'))?.bytes.toString(), 'abc')
    })
  })

  test('is repeated when the range is not the one asked for', async () => {
    const headers = { etag: '"e"', 'content-range': 'bytes 2-4/10' }
    const answers = [answer(206, headers, 'cd'), answer(206, headers, 'cde')]
    await scriptedS3(answers, async (store, seen) => {
      const part = await store.get('k', { range: { start: 2, end: 5 } })
      assert.deepEqual(part, { bytes: Buffer.from('cde'), etag: '"e"', sizeBytes: 10 })
      assert.equal(seen[0]?.headers.range, 'bytes=2-4')
    })
  })

  test('gives up after a while, and says what was tried', async () => {
    const answers = Array(9).fill(failure(503, 'SlowDown'))
    await scriptedS3(answers, async (store, seen) => {
      await assert.rejects(store.get('k'), /s3:\/\/bucket\/p: cannot get "k": HTTP 503/)
      assert.equal(seen.length, storeLimits.readAttemptsMax)
    })
  })

  test('is not repeated when it is forbidden or the S3 bucket is not there', async () => {
    for (const given of [failure(403, 'AccessDenied'), failure(404, 'NoSuchBucket')]) {
      await scriptedS3([given], async (store, seen) => {
        await assert.rejects(store.get('k'), isUnavailable)
        assert.equal(seen.length, 1)
      })
    }
  })

  test('refuses a listing that is not in order', async () => {
    const contents = ['p/b', 'p/a'].map(key => `<Contents><Key>${key}</Key></Contents>`).join('')
    const page = answer(200, {}, `<ListBucketResult>${contents}</ListBucketResult>`)
    await scriptedS3(Array(9).fill(page), async store => {
      await assert.rejects(store.list(''), /not in order/)
    })
  })

  test('goes on from an empty page that promises more', async () => {
    const empty =
      '<ListBucketResult><IsTruncated>true</IsTruncated>' +
      '<NextContinuationToken>t</NextContinuationToken></ListBucketResult>'
    const full = '<ListBucketResult><Contents><Key>p/a</Key></Contents></ListBucketResult>'
    await scriptedS3([answer(200, {}, empty), answer(200, {}, full)], async (store, seen) => {
      assert.equal((await store.list('')).objects[0]?.key, 'a')
      assert.match(seen[1]?.url ?? '', /continuation-token=t/)
    })
  })
})

describe('a delete from S3', () => {
  const partly = (key: string) =>
    answer(
      200,
      {},
      `<DeleteResult><Error><Key>p/${key}</Key><Code>InternalError</Code></Error></DeleteResult>`,
    )

  test('is repeated for the objects that remained', async () => {
    await scriptedS3([partly('b'), answer(200, {}, '<DeleteResult/>')], async (store, seen) => {
      await store.delete(['a', 'b'])
      assert.match(seen[0]?.body.toString() ?? '', /p\/a.*p\/b/)
      assert.doesNotMatch(seen[1]?.body.toString() ?? '', /p\/a/)
    })
  })

  test('throws when some remain', async () => {
    await scriptedS3(Array(9).fill(partly('b')), async store => {
      await assert.rejects(store.delete(['a', 'b']), /1 objects remained.*p\/b/)
    })
  })
})
