import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { termOf } from '../../lib/index/term-hash.ts'
import { indexOfLines, lookUp } from './support/make-index.ts'

/**
 * A run of 40 lines, one a frame, and its index as it was first written. A format change is a new
 * version (docs/format.md); only then is it written anew, by
 * `VARVE_WRITE_GOLDEN=1 node --test test/index/golden.test.ts`.
 */
const path = join(import.meta.dirname, '../golden/index/forty-lines.bin')
const lines = Array.from({ length: 40 }, (_, i) => {
  const id = i % 5 === 0 ? `,"@id":"0f1e2d3c-4b5a-4321-beef-${String(i).padStart(12, '0')}"` : ''
  const message = `${i % 2 === 0 ? 'Größe' : 'GRÖSSE'} of user${i % 7} from 10.0.${i}.1 \\u0041 ${i}`
  return `{"@time":${i},"@stream":"s"${id},"m":"${message}","ip":"2001:db8::${i}","n":${i}.50}`
})

if (process.env.VARVE_WRITE_GOLDEN) writeFileSync(path, indexOfLines(lines))

test('lines still make the index that they made', () => {
  assert.equal(indexOfLines(lines).toString('hex'), readFileSync(path, 'hex'))
})

test('the golden index still says where terms are', () => {
  const object = readFileSync(path)
  const everySeventh = [3, 10, 17, 24, 31, 38]

  assert.equal(lookUp(object, termOf('a')), 'all')
  assert.deepEqual(lookUp(object, termOf('user3')), Uint32Array.from(everySeventh))
  assert.deepEqual(lookUp(object, termOf('10.0.7.')), Uint32Array.of(7))
  assert.deepEqual(lookUp(object, termOf('2001:db8:0:0:0:0:0:17')), Uint32Array.of(17))
  assert.deepEqual(lookUp(object, termOf('größe'))?.length, 20)
  assert.deepEqual(lookUp(object, termOf('nowhere')), new Uint32Array(0))
})
