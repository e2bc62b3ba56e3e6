import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FrameSource, mergeLines } from '../../lib/brigade/merge-lines.ts'
import { lineOrder, parseLine, storedLines } from '../support/bucket-lines.ts'

/** Sorted lines as frames of some lines each, empty frames among them. */
function sourceOf(lines: readonly string[], perFrame: number): FrameSource {
  const frames: Buffer[] = []
  for (let at = 0; at < lines.length; at += perFrame) {
    const part = lines.slice(at, at + perFrame)
    frames.push(Buffer.from(part.map(line => `${line}\n`).join('')), Buffer.alloc(0))
  }
  const queue = frames.values()
  return async () => queue.next().value
}

async function merge(
  sources: readonly FrameSource[],
): Promise<{ lines: string[]; flushes: number }> {
  const lines: string[] = []
  let flushes = 0
  await mergeLines(sources, {
    add: line => lines.push(line.bytes.toString('utf8', line.start, line.end)),
    flush: async () => {
      flushes++
    },
  })
  return { lines, flushes }
}

function mergeNaively(sources: readonly (readonly string[])[]): string[] {
  const seen = new Set<string>()
  return sources
    .flat()
    .sort(lineOrder)
    .filter(line => {
      const { time, stream, id } = parseLine(line)
      const key = JSON.stringify([stream, time, id])
      return id === undefined || (!seen.has(key) && seen.add(key))
    })
}

test('merged lines are all lines in order, without later copies of one @id', async () => {
  let dropped = 0
  const sources = fc.array(storedLines(25), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(sources, fc.integer({ min: 1, max: 9 }), async (sources, perFrame) => {
      const { lines } = await merge(sources.map(lines => sourceOf(lines, perFrame)))
      assert.deepEqual(lines, mergeNaively(sources))
      dropped += sources.flat().length - lines.length
    }),
    { numRuns: 300 },
  )
  assert.ok(dropped > 0, 'no copy was dropped')
})

test('how sources are cut into frames does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(storedLines(20), { maxLength: 4 }), async sources => {
      const small = await merge(sources.map(lines => sourceOf(lines, 1)))
      const large = await merge(sources.map(lines => sourceOf(lines, 100)))
      assert.deepEqual(small.lines, large.lines)
    }),
  )
})

test('the sink may flush after every frame, and no source at all gives no line', async () => {
  const lines = ['{"@time":1,"@stream":"a"}', '{"@time":2,"@stream":"a"}']

  assert.equal((await merge([sourceOf(lines, 1), sourceOf(lines, 2)])).flushes, 3)
  assert.deepEqual(await merge([]), { lines: [], flushes: 0 })
  assert.deepEqual(await merge([sourceOf([], 1)]), { lines: [], flushes: 0 })
})
