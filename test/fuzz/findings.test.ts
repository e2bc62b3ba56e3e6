import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LineWalker } from '../../lib/bucket/line.ts'
import { openBucket } from '../../lib/bucket/reader.ts'
import { unwrap, wrap } from '../../lib/bytes/envelope.ts'
import { decodeCatalog, encodeCatalog } from '../../lib/catalog/load.ts'
import { errorOfProblem, parsedAnswer } from '../../lib/client/client-error.ts'
import { FrameTerms } from '../../lib/index/frame-terms.ts'
import { openSummary, readFrameEvents } from '../../lib/index/summary.ts'
import { compileFilter } from '../../lib/query/event-filter.ts'
import { FieldWalk } from '../../lib/query/field-walk.ts'
import { requireQuery } from '../../lib/query/parse-query.ts'
import { parseTailKey } from '../../lib/store/keys.ts'
import { testOwner as indexOwner } from '../index/support/make-index.ts'
import { summaryOfFrames } from '../index/support/make-summary.ts'
import { makeBucket, testOwner, withDirectory } from '../support/bucket-lines.ts'
import { assertCorrupt } from '../support/corrupt.ts'
import { makeSampleArchive } from './sample-archive.ts'
import { sampleLines } from './samples.ts'

const head = '{"@time":1737849605000000,"@stream":"a"'
const frameStart = 44

test('a directory whose checksum is right and whose numbers are not is corrupt', () => {
  const bucket = makeBucket(sampleLines(12), { frameBytes: 300 })
  const changes: readonly (readonly [what: RegExp, change: (content: Buffer) => void])[] = [
    [/begins with no stream/, content => content.writeUInt32LE(99, frameStart + 20)],
    [/at most 134217728/, content => content.writeUInt32LE(2 ** 31, frameStart + 4)],
    [/times that are not/, content => content.writeUInt32LE(2 ** 22, frameStart + 28)],
    [/eventCount is 7, that of its frames 12/, content => content.writeUInt32LE(7, 12)],
  ]
  for (const [what, change] of changes) {
    assertCorrupt(() => openBucket(withDirectory(bucket, change), testOwner), what)
  }
})

test('a line nested deeper than any stored line is corrupt, not the end of the stack', () => {
  const filter = compileFilter(requireQuery('x'))
  for (const opening of ['[', '{"a":', '{"a":[']) {
    const line = Buffer.from(`${head},"d":${opening.repeat(100_000)}`)
    assertCorrupt(() => filter.matches(line, 0, line.length), opening)
    assertCorrupt(() => new FieldWalk(1e6).walk(line, head.length, () => {}), opening)
    new FrameTerms().read(line)
  }
})

test('a line that has a number where only a time can be, and none of these, is corrupt', () => {
  const filter = compileFilter(requireQuery('n:>5'))
  for (const number of ['9e99', '9007199254740992', '-1']) {
    const line = Buffer.from(`{"@time":1,"n":${number}}`)
    assertCorrupt(() => filter.matches(line, 0, line.length), number)
  }
})

test('a line whose text is no JSON, or whose end is missing, is corrupt', () => {
  const raw = Buffer.from(`${head},"a":"\\x"}`)
  assertCorrupt(() => new FrameTerms().read(raw), 'of an index')
  new FrameTerms().read(Buffer.from(`${head}}}}}},"a":1}`))

  const lines = [`${head},"@id":"x}\n`, `{"@time":${'9'.repeat(30)},"@stream":"a"}\n`]
  for (const line of lines) {
    const walker = new LineWalker(Buffer.from(line))
    assertCorrupt(() => walker.next() && walker.idEnd, line)
  }
})

test('a summary that claims more frames, fields or columns than it has bytes is corrupt', () => {
  const { bytes, headBytes } = summaryOfFrames([sampleLines(8), sampleLines(8)])
  const raw = unwrap(bytes.subarray(-headBytes), 'head', 1e6)
  const numbers = 4 + indexOwner.length
  const claims: readonly (readonly number[])[] = [
    [1, 16, 0],
    [0x7f, 16, 1],
    [0x7f, 16, 0x7f],
  ]
  const block = Buffer.from([16])
  for (const claim of claims) {
    const changed = Buffer.concat([
      raw.subarray(0, numbers),
      Buffer.from(claim),
      raw.subarray(numbers + 3),
    ])
    const lying = wrap(changed)
    const sizeBytes = bytes.length - headBytes + lying.length
    assertCorrupt(
      () => readFrameEvents(openSummary(lying, sizeBytes, indexOwner), 0, block),
      String(claim),
    )
  }
})

test('a name under tail/ that is longer than any batch has is none of ours', () => {
  const streams = `b${'0'.repeat(300)}`
  const key = `tail/01JJFMEQA80123456789ABCDEF-1HCJ2J622T0-1HCJ2J69PYG-00002-0007Y-${streams}-14BJEM32WZXT869R8E6F9SNY11.zst`

  assertCorrupt(() => parseTailKey(key), /is not the name of a batch/)
})

test('a catalog whose checksum is right says where it says what no catalog may say', async () => {
  const { catalog } = await makeSampleArchive()
  const run = catalog.runs[0]!
  const rollup = catalog.rollups[0]!
  const terms = { ...run.index.terms, frameCount: 2 ** 27 }
  const lies: readonly (readonly [where: RegExp, lie: object])[] = [
    [/^catalog: \/runs is null, expected a list/, { runs: null }],
    [/^catalog: \/floorMillis is "x"/, { floorMillis: 'x' }],
    [/\/runs\/0\/buckets\/0\/key is "\.\.\/x"/, { runs: [{ ...run, buckets: [{ key: '../x' }] }] }],
    [
      /\/runs\/0\/buckets\/0\/footerBytes is 1000 of 999$/,
      { runs: [{ ...run, buckets: [{ ...run.buckets[0], sizeBytes: 999, footerBytes: 1000 }] }] },
    ],
    [
      /\/rollups\/0\/manifests\/0\/sizeBytes is 0,/,
      { rollups: [{ ...rollup, manifests: [{ ...rollup.manifests[0], sizeBytes: 0 }] }] },
    ],
    [
      /\/runs\/0\/index\/key is "index\/\w+\/000000\/"/,
      { runs: [{ ...run, index: { ...run.index, key: `${run.index.key}/` } }] },
    ],
    [
      /\/runs\/0\/index\/sizeBytes is 0,/,
      { runs: [{ ...run, index: { ...run.index, sizeBytes: 0 } }] },
    ],
    [
      /\/runs\/0\/index\/terms\/frameCount is 134217728, expected \d+$/,
      { runs: [{ ...run, index: { ...run.index, terms } }] },
    ],
  ]
  for (const [where, lie] of lies) {
    const bytes = wrap(Buffer.from(JSON.stringify({ ...catalog, ...lie })))
    assertCorrupt(() => decodeCatalog(bytes), where)
  }
  assert.deepEqual(decodeCatalog(encodeCatalog(catalog)), catalog)
})

test('an answer that something on the way made no JSON is an error of the client', () => {
  assert.throws(() => parsedAnswer('<html>'), { name: 'ArchiveClientError', code: 'unavailable' })
  assert.equal(errorOfProblem(null).code, 'unavailable')
  assert.equal(errorOfProblem({ code: 'corrupt', detail: 'x', errors: [] }).code, 'corrupt')
})
