import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { listAll, type PutResult } from '../../lib/store/store.ts'
import { type FaultRates, faultKinds } from './faults.ts'
import { World } from './world.ts'

const bytes = (text: string) => Buffer.from(text)
const outcomeOf = async (result: Promise<PutResult>) => (await result).outcome

describe('the script of a test', () => {
  test('holds a process before a call while another overtakes it', async () => {
    const world = new World()
    world.overwrite('catalog', bytes('1'))
    const hold = world.pauseBefore('slow', call => call.kind === 'replace')
    const etag = (await world.storeFor('fast').get('catalog'))!.etag
    const slow = outcomeOf(world.storeFor('slow').replace('catalog', bytes('slow'), etag))
    await hold.reached
    const fast = world.storeFor('fast').replace('catalog', bytes('fast'), etag)
    assert.equal(await outcomeOf(fast), 'stored')
    hold.resume()
    assert.equal(await slow, 'refused')
  })

  test('holds a process after a call, and crashes it there', async () => {
    const world = new World()
    const hold = world.pauseAfter('a', call => call.key === 'k')
    world.storeFor('a').create('k', bytes('x'))
    assert.equal((await hold.reached).kind, 'create')
    const crashed = world.crashed('a')
    hold.crash()
    await crashed
    assert.equal(world.object('k')?.toString(), 'x')
  })

  test('keeps a put under way until it is released', async () => {
    const world = new World()
    const delay = world.delay('a', call => call.kind === 'create')
    assert.equal(await outcomeOf(world.storeFor('a').create('k', bytes('late'))), 'unknown')
    assert.equal(await outcomeOf(world.storeFor('b').create('k', bytes('early'))), 'stored')
    assert.equal(delay.release().outcome, 'refused')
    await world.storeFor('b').delete(['k'])
    assert.equal(delay.release().outcome, 'stored')
  })

  test('answers `unknown` to a put aborted under way, which lands all the same', async () => {
    const world = new World()
    const abort = new AbortController()
    const hold = world.pauseAfter('a')
    const put = outcomeOf(world.storeFor('a').create('k', bytes('x'), abort.signal))
    await hold.reached
    abort.abort()
    assert.equal(await put, 'unknown')
    assert.equal(world.object('k')?.toString(), 'x')
  })
})

describe('a history', () => {
  const rates: FaultRates = Object.fromEntries(faultKinds.map(kind => [kind, 0.02]))

  /** Some processes count in one object while everything goes wrong. */
  async function run(seed: number): Promise<World> {
    const world = new World({ seed, faults: rates })
    world.overwrite('catalog', bytes('0'))
    const count = async (name: string) => {
      const store = world.storeFor(name)
      for (let i = 0; i < 15; i++) {
        await world.clockFor(name).sleep(1)
        const found = await store.get('catalog').catch(() => undefined)
        const next = bytes(String(Number(found?.bytes.toString()) + 1))
        if (found) await store.replace('catalog', next, found.etag).catch(() => undefined)
        await Array.fromAsync(listAll(store, '')).catch(() => [])
        await store.delete(['nothing']).catch(() => undefined)
      }
    }
    const names = ['a', 'b', 'c']
    await Promise.all(names.map(name => Promise.race([count(name), world.crashed(name)])))
    world.stop()
    return world
  }

  test('is the same for the same seed and another for another', async () => {
    const hashes = await Promise.all([7, 7, 8].map(async seed => (await run(seed)).traceHash()))
    assert.equal(hashes[0], hashes[1])
    assert.notEqual(hashes[0], hashes[2])
  })

  test('meets every kind of fault before long', async () => {
    const met = new Set<string>()
    for (let seed = 1; seed <= 60; seed++) {
      const { trace } = await run(seed)
      for (const line of trace) met.add(/ fault: (.*)$/.exec(line)?.[1] ?? '')
    }
    assert.deepEqual(
      faultKinds.filter(kind => !met.has(kind)),
      [],
    )
  })
})
