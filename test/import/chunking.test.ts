import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { defaultSettings } from '../../lib/core/settings.ts'
import { readAll } from './read-all.ts'

const folder = join(import.meta.dirname, '../golden/import')
const inputs = readdirSync(folder).filter(name => !name.endsWith('.expected'))
const small = { ...defaultSettings, eventBytesMax: 400 }

function splitAt(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const cuts = [0, ...positions.map(each => each % (bytes.length + 1)).sort((a, b) => a - b)]
  return cuts.map((start, i) => bytes.subarray(start, cuts[i + 1] ?? bytes.length))
}

for (const name of inputs) {
  test(`${name} gives the same events however it is split into chunks`, async () => {
    const plain = readFileSync(join(folder, name))
    const packed = [plain, gzipSync(plain), zstdCompressSync(plain)]
    const expected = await readAll(name, [plain], {}, small)

    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...packed),
        fc.array(fc.nat(), { maxLength: 40 }),
        async (bytes, positions) => {
          const read = await readAll(name, splitAt(bytes, positions), {}, small)
          assert.deepEqual(read, expected)
        },
      ),
      { numRuns: 40 },
    )
  })

  test(`${name} gives the same events byte by byte`, async () => {
    const plain = readFileSync(join(folder, name))
    const bytes = Array.from(plain, byte => Buffer.from([byte]))

    assert.deepEqual(await readAll(name, bytes, {}, small), await readAll(name, [plain], {}, small))
  })
}
