import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { batchLines } from '../../lib/cli/line-batches.ts'
import { systemClock } from '../../lib/core/clock.ts'

const never = new AbortController().signal
const limits = { eventsMax: 3, bytesMax: 20, lineBytesMax: 12 }

async function* chunksOf(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function batches(text: string, size: number, bounds = limits) {
  const all = await Array.fromAsync(batchLines(chunksOf(text, size), bounds, systemClock, never))
  return all.map(({ lines, firstLine }) => ({ text: lines.toString(), firstLine }))
}

test('a batch holds so many lines and bytes at most, and says where it begins', async () => {
  assert.deepEqual(await batches('1\n2\n3\n4\n0123456789\n0123456789\nend', 5), [
    { text: '1\n2\n3\n', firstLine: 1 },
    { text: '4\n0123456789\n', firstLine: 4 },
    { text: '0123456789\nend\n', firstLine: 6 },
  ])
})

test('nothing in is no batch', async () => {
  assert.deepEqual(await batches('', 5), [])
})

test('a byte order mark before the first line goes, and no other', async () => {
  assert.deepEqual(await batches('\ufeff1\n\ufeff2\n', 2), [{ text: '1\n\ufeff2\n', firstLine: 1 }])
  assert.deepEqual(await batches('\n\ufeff2\n', 2), [{ text: '\n\ufeff2\n', firstLine: 1 }])
})

test('of a line over the limit just enough is kept to be refused', async () => {
  assert.deepEqual(await batches(`${'x'.repeat(1000)}\n{}\n`, 7), [
    { text: `${'x'.repeat(13)}\n{}\n`, firstLine: 1 },
  ])
})

test('any split into chunks gives the same batches', async () => {
  const text = fc.array(fc.string({ maxLength: 10 })).map(lines => lines.join('\n'))
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (input, size) => {
      assert.deepEqual(await batches(input, size), await batches(input, 1_000_000))
    }),
  )
})

test('lines that have waited long enough leave before the batch is full', async () => {
  let say: () => void = () => {}
  const slept = new Promise<void>(resolve => {
    say = resolve
  })
  const clock = { nowMicros: () => 0, sleep: async () => say() }
  async function* input() {
    yield Buffer.from('1\n2')
    await slept
    await new Promise(setImmediate)
    yield Buffer.from('\n')
  }

  const found = await Array.fromAsync(
    batchLines(input(), { ...limits, waitMillisMax: 1000 }, clock, never),
  )

  assert.deepEqual(
    found.map(({ lines }) => lines.toString()),
    ['1\n', '2\n'],
  )
})

test('when it is stopped the lines that have arrived are the last batch', async () => {
  const stop = new AbortController()
  async function* input() {
    yield Buffer.from('1\n2\n')
    stop.abort()
    await new Promise(() => {})
  }

  const found = await Array.fromAsync(batchLines(input(), limits, systemClock, stop.signal))

  assert.deepEqual(
    found.map(({ lines }) => lines.toString()),
    ['1\n2\n'],
  )
})
