import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { decodeSeekTable, splitLines } from '../support/bucket-lines.ts'
import { goldenBuckets } from './golden-buckets.ts'

const folder = join(import.meta.dirname, '../golden/bucket')
const isThere = spawnSync('zstd', ['--version']).status === 0

for (const { name, lines } of goldenBuckets) {
  test(`stock zstd tests and prints ${name}`, (context: TestContext) => {
    if (!isThere) return context.skip('no zstd on the PATH')
    const input = readFileSync(join(folder, `${name}.zst`))

    const tested = spawnSync('zstd', ['-t', '-q'], { input })
    const printed = spawnSync('zstd', ['-dc', '-q'], { input, maxBuffer: 2 ** 26 })

    assert.equal(tested.status, 0, tested.stderr.toString())
    assert.deepEqual(splitLines(printed.stdout), lines)
  })

  test(`a reader of the public seekable format finds every frame of ${name}`, () => {
    const object = readFileSync(join(folder, `${name}.zst`))
    const entries = decodeSeekTable(object)

    for (const { start, rawBytes } of entries.slice(0, -1)) {
      const magic = object.readUInt32LE(start)
      if (rawBytes > 0) assert.equal(magic, 0xfd2fb528)
      else assert.ok([0x184d2a56, 0x184d2a58].includes(magic), `${magic} at ${start}`)
    }
    const directory = entries.at(-1)!
    assert.equal(object.readUInt32LE(directory.start), 0x184d2a56)
    assert.equal(directory.rawBytes, 0)
    assert.equal(
      entries.reduce((sum, entry) => sum + entry.rawBytes, 0),
      Buffer.byteLength(lines.join('\n')) + 1,
    )
  })
}
