import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { joinSections, readDescription } from '../../lib/index/index-object.ts'
import { termOf } from '../../lib/index/term-hash.ts'
import type { TermShape } from '../../lib/index/term-shape.ts'
import { indexOfLines, lookUp, testOwner } from './support/make-index.ts'

/**
 * Runs of 40 and 80 lines, one a frame, and their indexes as they were first written. A format
 * change is a new version (docs/format.md); only then are they written anew, by
 * `VARVE_WRITE_GOLDEN=1 node --test test/index/golden.test.ts`.
 */
const lines = Array.from({ length: 80 }, (_, i) => {
  const id = i % 5 === 0 ? `,"@id":"0f1e2d3c-4b5a-4321-beef-${String(i).padStart(12, '0')}"` : ''
  const message = `${i % 2 === 0 ? 'Größe' : 'GRÖSSE'} of user${i % 7} from 10.0.${i}.1 \\u0041 ${i}`
  return `{"@time":${i},"@stream":"s"${id},"m":"${message}","ip":"2001:db8::${i}","n":${i}.50}`
})

for (const [name, frameCount, isFinal] of [
  ['frames', 40, true],
  ['counts', 80, true],
  ['whole', 40, false],
] as const) {
  const path = join(import.meta.dirname, `../golden/index/${name}.bin`)
  const makeObject = () => {
    const { bytes, shape } = indexOfLines(lines.slice(0, frameCount), isFinal)
    return joinSections([bytes], { terms: shape }, testOwner)
  }
  if (process.env.VARVE_WRITE_GOLDEN) writeFileSync(path, makeObject())

  test(`lines still make the index of ${name} that they made`, () => {
    assert.equal(makeObject().toString('hex'), readFileSync(path, 'hex'))
  })

  test(`the golden index of ${name} still says where terms are`, () => {
    const bytes = readFileSync(path)
    const { terms } = readDescription(bytes, testOwner) as { terms: TermShape }
    const find = (text: string) => lookUp({ bytes, shape: terms }, termOf(text))

    assert.equal(terms.detail, name)
    assert.equal(find('a').frames.length, frameCount)
    assert.deepEqual([...find('user3').frames.subarray(0, 3)], [3, 10, 17])
    assert.deepEqual(find('10.0.7.').frames, Uint32Array.of(7))
    assert.deepEqual(find('2001:db8:0:0:0:0:0:17').frames, Uint32Array.of(17))
    assert.equal(find('größe').frames.length, frameCount / 2)
    assert.equal(find('größe').eventCount, name === 'frames' ? undefined : frameCount / 2)
    assert.equal(find('nowhere').frames.length, 0)
  })
}
