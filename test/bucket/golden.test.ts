import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openBucket } from '../../lib/bucket/reader.ts'
import {
  directorySpan,
  linesBySeekTable,
  linesOfBucket,
  makeBucket,
  withDirectory,
} from '../support/bucket-lines.ts'
import { type GoldenBucket, goldenBuckets } from './golden-buckets.ts'

/**
 * Each file of test/golden/bucket: `<name>.zst` the object, `<name>.json` what its directory says.
 * A format change is a new version (docs/format.md); only then are they written anew, by
 * `VARVE_WRITE_GOLDEN=1 node --test test/bucket/golden.test.ts`.
 */
const folder = join(import.meta.dirname, '../golden/bucket')

if (process.env.VARVE_WRITE_GOLDEN) for (const golden of goldenBuckets) write(golden)

test('every golden bucket is one of those made here', () => {
  const names = goldenBuckets.flatMap(({ name }) => [`${name}.json`, `${name}.zst`])
  assert.deepEqual(readdirSync(folder).sort(), names.sort())
})

for (const golden of goldenBuckets) {
  test(`the golden bucket ${golden.name} still gives its lines and its directory`, () => {
    const object = readFileSync(join(folder, `${golden.name}.zst`))

    assert.deepEqual(linesOfBucket(object, golden.owner), golden.lines)
    assert.deepEqual(linesBySeekTable(object), golden.lines)
    const directory = JSON.parse(readFileSync(join(folder, `${golden.name}.json`), 'utf8'))
    assert.deepEqual(openBucket(object, golden.owner), directory)
  })

  test(`the lines of ${golden.name} still make the same footer`, () => {
    const object = readFileSync(join(folder, `${golden.name}.zst`))
    const made = makeBucket(golden.lines, golden)

    assert.equal(footer(made, golden).toString('hex'), footer(object, golden).toString('hex'))
  })
}

/** The footer without what a version of zstd decides: sizes and checksums of compressed frames. */
function footer(object: Buffer, { owner }: GoldenBucket): Buffer {
  const { frames, parity = [] } = openBucket(object, owner)
  const blank = withDirectory(object, content => {
    for (let i = 0; i < frames.length; i++) {
      content.writeUInt32LE(0, 44 + 40 * i)
      content.writeUInt32LE(0, 44 + 40 * i + 8)
    }
    for (let i = 1; i <= parity.length; i++) content.writeUInt32LE(0, content.length - 8 * i)
  })
  const [start, end] = directorySpan(blank)
  for (let i = 0; i < frames.length + parity.length; i++) blank.writeUInt32LE(0, end + 8 + 8 * i)
  return blank.subarray(start - 8)
}

function write(golden: GoldenBucket): void {
  const object = makeBucket(golden.lines, golden)
  const directory = openBucket(object, golden.owner)
  writeFileSync(join(folder, `${golden.name}.zst`), object)
  writeFileSync(join(folder, `${golden.name}.json`), `${JSON.stringify(directory, null, 2)}\n`)
}
