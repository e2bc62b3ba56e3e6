import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ArchiveError } from '../../lib/core/errors.ts'
import { listAll, type PutResult } from '../../lib/store/store.ts'
import type { FaultKind } from './faults.ts'
import { World } from './world.ts'

const bytes = (text: string) => Buffer.from(text)
const outcomeOf = async (result: Promise<PutResult>) => (await result).outcome
const isUnavailable = (error: unknown) =>
  error instanceof ArchiveError && error.code === 'unavailable'

/** A world with one object and a fault that strikes the next call of `a` that can meet it. */
async function worldWith(fault: FaultKind, seed = 1) {
  const world = new World({ seed })
  const store = world.storeFor('a')
  const created = await store.create('catalog', bytes('old'))
  assert.equal(created.outcome, 'stored')
  world.inject(fault, { process: 'a' })
  return { world, store, etag: created.outcome === 'stored' ? created.etag : '' }
}

/** Reads with seed after seed until the answer is of the wanted kind. */
async function someSeed<Found>(attempt: (seed: number) => Promise<Found | undefined>) {
  for (let seed = 1; seed <= 50; seed++) {
    const found = await attempt(seed)
    if (found !== undefined) return found
  }
  throw new Error('no seed of 50 shows it')
}

describe('a fault of a put', () => {
  test('request-lost: the outcome is unknown and nothing happened', async () => {
    const { world, store } = await worldWith('request-lost')
    assert.equal(await outcomeOf(store.create('k', bytes('x'))), 'unknown')
    assert.equal(world.object('k'), undefined)
  })

  test('response-lost: the outcome is unknown and it happened', async () => {
    const { world, store, etag } = await worldWith('response-lost')
    assert.equal(await outcomeOf(store.replace('catalog', bytes('new'), etag)), 'unknown')
    assert.equal(world.object('catalog')?.toString(), 'new')
  })

  test('effect-delayed: the outcome is unknown and it happens later', async () => {
    const { world, store } = await worldWith('effect-delayed')
    assert.equal(await outcomeOf(store.create('k', bytes('x'))), 'unknown')
    assert.equal(world.object('k'), undefined)
    await world.clockFor('b').sleep(49 * 3_600_000)
    assert.equal(world.object('k')?.toString(), 'x')
  })

  test('effect-duplicated: what was stored and deleted comes back', async () => {
    const { world, store } = await worldWith('effect-duplicated')
    assert.equal(await outcomeOf(store.create('k', bytes('x'))), 'stored')
    await store.delete(['k'])
    await world.clockFor('b').sleep(49 * 3_600_000)
    assert.equal(world.object('k')?.toString(), 'x')
  })

  test('busy: a conflict that had no effect', async () => {
    const { world, store } = await worldWith('busy')
    assert.equal(await outcomeOf(store.create('k', bytes('x'))), 'busy')
    assert.equal(world.object('k'), undefined)
  })

  test('refused-after-success: the writer is refused by its own object', async () => {
    const { world, store, etag } = await worldWith('refused-after-success')
    assert.equal(await outcomeOf(store.replace('catalog', bytes('new'), etag)), 'refused')
    assert.equal(world.object('catalog')?.toString(), 'new')
  })

  test('missing: a replace finds nothing, for once', async () => {
    const { world, store, etag } = await worldWith('missing')
    assert.equal(await outcomeOf(store.replace('catalog', bytes('new'), etag)), 'missing')
    assert.equal(world.object('catalog')?.toString(), 'old')
  })

  test('forbidden: the put throws and had no effect', async () => {
    const { world, store } = await worldWith('forbidden')
    await assert.rejects(store.create('k', bytes('x')), isUnavailable)
    assert.equal(world.object('k'), undefined)
  })

  for (const fault of ['server-error', 'timeout'] as const) {
    test(`${fault}: the outcome is unknown, with effect and without`, async () => {
      for (const wanted of ['x', undefined]) {
        await someSeed(async seed => {
          const { world, store } = await worldWith(fault, seed)
          const startMicros = world.scheduler.nowMicros
          assert.equal(await outcomeOf(store.create('k', bytes('x'))), 'unknown')
          assert.equal(world.scheduler.nowMicros > startMicros, fault === 'timeout')
          return world.object('k')?.toString() === wanted ? true : undefined
        })
      }
    })
  }

  test('slow-down: comes in bursts that strike others too', async () => {
    await someSeed(async seed => {
      const { world, store } = await worldWith('slow-down', seed)
      assert.equal(await outcomeOf(store.create('k', bytes('x'))), 'unknown')
      const others = world.storeFor('b').get('catalog')
      return others.then(() => undefined, isUnavailable)
    })
  })
})

describe('a fault of a read', () => {
  const readWith = async (fault: FaultKind, seed = 1) => {
    const { world, store } = await worldWith(fault, seed)
    world.overwrite('other', bytes('something else'))
    return (await store.get('catalog'))?.bytes.toString()
  }

  test('request-lost, server-error, slow-down, forbidden, timeout: the read throws', async () => {
    for (const fault of ['request-lost', 'server-error', 'slow-down', 'forbidden', 'timeout']) {
      await assert.rejects(readWith(fault as FaultKind), isUnavailable, fault)
    }
  })

  test('body-truncated, body-over-long: the length is wrong', async () => {
    assert.ok(((await readWith('body-truncated')) ?? 'long').length < 3)
    assert.equal(await readWith('body-over-long'), 'oldsurplus')
  })

  test('body-flipped: one bit is wrong', async () => {
    const { store } = await worldWith('body-flipped')
    const flipped = (await store.get('catalog'))!.bytes
    const original = bytes('old')
    const differing = [...flipped].map((byte, i) => byte ^ original[i]!).filter(byte => byte)
    assert.equal(differing.length, 1)
    assert.ok(Number.isInteger(Math.log2(differing[0]!)))
  })

  test('wrong-object: another object answers', async () => {
    assert.equal(await readWith('wrong-object'), 'something else')
  })

  test('listing-torn: one page shows a later object and not the earlier one', async () => {
    await someSeed(async seed => {
      const world = new World({ seed, pageSize: 100 })
      for (const name of ['b', 'd', 'f']) world.overwrite(name, bytes(name))
      world.inject('listing-torn')
      const writer = world.storeFor('writer')
      const write = async () => {
        await writer.create('a', bytes('a'))
        await writer.create('e', bytes('e'))
      }
      const [page] = await Promise.all([world.storeFor('reader').list(''), write()])
      const keys = page.objects.map(object => object.key).join('')
      return keys === 'bdef' ? true : undefined
    })
  })

  test('pages of one listing are read one by one, so that writes come in between', async () => {
    const world = new World({ pageSize: 2 })
    for (const name of ['a', 'c', 'e', 'g']) world.overwrite(name, bytes(name))
    const second = world.pauseBefore('reader', call => call.kind === 'list', 2)
    const listing = Array.fromAsync(listAll(world.storeFor('reader'), ''))
    await second.reached
    for (const name of ['b', 'f']) await world.storeFor('writer').create(name, bytes(name))
    second.resume()
    assert.equal((await listing).map(object => object.key).join(''), 'acefg')
  })
})

describe('a fault of a process', () => {
  test('delete-partial: some objects go, some stay, and the delete throws', async () => {
    await someSeed(async seed => {
      const { world, store } = await worldWith('delete-partial', seed)
      for (const name of ['a', 'b', 'c']) world.overwrite(name, bytes(name))
      await assert.rejects(store.delete(['a', 'b', 'c']), isUnavailable)
      const left = world.keys().length
      return left > 1 && left < 4 ? true : undefined
    })
  })

  for (const [fault, expected] of [
    ['crash-before', undefined],
    ['crash-after', 'x'],
  ] as const) {
    test(`${fault}: the call never settles, and the next life goes on`, async () => {
      const { world, store } = await worldWith(fault)
      const crashed = world.crashed('a')
      let settled = false
      store.create('k', bytes('x')).finally(() => {
        settled = true
      })
      await crashed
      assert.equal(await outcomeOf(world.storeFor('a').create('later', bytes('y'))), 'stored')
      assert.equal(settled, false)
      assert.equal(world.object('k')?.toString(), expected)
    })
  }

  test('freeze: the process stands still while others go on, then goes on itself', async () => {
    const { world, store } = await worldWith('freeze')
    const order: string[] = []
    const frozen = store.create('k', bytes('x')).then(() => order.push('frozen'))
    const other = world.storeFor('b')
    for (const name of ['1', '2', '3']) await other.create(name, bytes(name))
    order.push('other')
    await frozen
    assert.deepEqual(order, ['other', 'frozen'])
  })

  test('the clock of a process may be ahead of the store', async () => {
    const world = new World()
    world.skew('a', 60_000)
    assert.equal(world.clockFor('a').nowMicros() - world.clockFor('b').nowMicros(), 60_000_000)
  })
})
