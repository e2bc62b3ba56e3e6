import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { millisAt, modelOf } from '../../../bench/latency-model.ts'
import { measureLatency, quantilesOf } from '../../../bench/probe/measure-latency.ts'
import { systemClock } from '../../../lib/core/clock.ts'
import { seededRandom } from '../../../lib/core/random.ts'
import { MemoryStore } from '../../../lib/store/memory-store.ts'
import { type ListedObject, listAll, type Store } from '../../../lib/store/store.ts'

const megabyte = 2 ** 20

/** A store whose requests take a known time, by a clock of its own. */
function slowStore(): { store: Store; millis: () => number; left: () => Promise<ListedObject[]> } {
  const inner = new MemoryStore(systemClock)
  let now = 0
  let gets = 0
  const store: Store = {
    url: 'memory:',
    isRemote: true,
    replace: (...given) => inner.replace(...given),
    delete: keys => inner.delete(keys),
    async create(...given) {
      now += 40
      return inner.create(...given)
    },
    async get(...given) {
      const found = await inner.get(...given)
      now += 20 + (gets++ % 2) + (found!.bytes.length / megabyte) * 10
      return found
    },
    async getIfChanged(...given) {
      now += 15
      return inner.getIfChanged(...given)
    },
    async list(...given) {
      now += 90
      return inner.list(...given)
    },
  }
  return { store, millis: () => now, left: () => Array.fromAsync(listAll(inner, '')) }
}

test('a probe tells what each request took and leaves nothing behind', async () => {
  const { store, millis, left } = slowStore()

  const random = seededRandom(1)
  const file = await measureLatency(store, { random, millis, samples: 100, source: 'test' })

  assert.deepEqual(
    file.quantiles.s3Put,
    [0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1].map(share => [share, 40]),
  )
  assert.deepEqual([file.listMillisMedian, file.notModifiedMillisMedian], [90, 15])
  // 10 ms a MiB.
  assert.equal(Math.round(file.connectionMegabytesPerSecond), 105)
  assert.deepEqual(await left(), [])
  const model = modelOf(JSON.parse(JSON.stringify(file)))
  assert.equal(millisAt(model.list, 0.7), 90)
})

test('samples tell no quantile that is rarer than one of them', () => {
  const ten = quantilesOf([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])

  assert.deepEqual(ten, [
    [0, 0],
    [0.05, 0],
    [0.25, 2],
    [0.5, 5],
    [0.75, 7],
    [0.9, 9],
    [1, 9],
  ])
  assert.deepEqual(quantilesOf([5]), [
    [0, 5],
    [1, 5],
  ])
})

test('a store that does not answer ends the probe, which clears up', async () => {
  const { store, millis, left } = slowStore()
  const create = store.create.bind(store)
  let puts = 0
  store.create = async (...given) =>
    ++puts < 9 ? create(...given) : { outcome: 'unknown', cause: new Error('away') }

  const random = seededRandom(1)
  const probing = measureLatency(store, { random, millis, samples: 100, source: 'test' })

  await assert.rejects(probing, { code: 'unavailable', message: /a probe was unknown/ })
  assert.deepEqual(await left(), [])
})

test('npm run probe prints a file that npm run bench reads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'varve-probe-'))
  const program = fileURLToPath(new URL('../../../bench/probe.ts', import.meta.url))
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' })

  const probed = run('--store', `file:${folder}/store`, '--samples', '5')
  const wrong = run('--store', `file:${folder}/store`, '--samples', 'many')
  const left = readdirSync(folder, { recursive: true, withFileTypes: true })

  assert.equal(probed.status, 0, probed.stderr)
  assert.match(probed.stderr, /5 of each request, about \$0\.0000/)
  const model = modelOf(JSON.parse(probed.stdout))
  assert.ok(millisAt(model.get, 0.5) > 0 && model.connectionBytesPerMilli > 0)
  assert.deepEqual(
    left.filter(entry => entry.isFile()),
    [],
  )
  assert.deepEqual([wrong.status, wrong.stdout], [2, ''])
  assert.match(wrong.stderr, /--samples is many/)
  rmSync(folder, { recursive: true })
})
