import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hedged, lateAfter } from '../../lib/store/hedge.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { meter } from '../../lib/store/metering-store.ts'
import type { GetOptions } from '../../lib/store/store.ts'

test('what is answered in time is asked for once', async () => {
  const { clock, sends, send } = world()

  const answer = hedged(send, { isLate: lateAfter(clock, 75), mayRepeat: () => true })
  sends[0]!.resolve('first')

  assert.deepEqual([await answer, sends.length], ['first', 1])
})

test('what is late is asked for again, and the first answer counts', async () => {
  for (const winner of [0, 1]) {
    const { clock, sends, send } = world()

    const answer = hedged(send, { isLate: lateAfter(clock, 75), mayRepeat: () => true })
    await clock.pass()
    sends[winner]!.resolve(`answer ${winner}`)

    assert.equal(await answer, `answer ${winner}`)
    assert.ok(sends.every(({ signal }) => signal.aborted))
  }
})

test('a request that fails leaves the answer to the other, and two failures are one', async () => {
  for (const fate of ['answered', 'failed']) {
    const { clock, sends, send } = world()

    const answer = hedged(send, { isLate: lateAfter(clock, 75), mayRepeat: () => true })
    answer.catch(() => undefined)
    await clock.pass()
    sends[1]!.reject(new Error('second'))
    if (fate === 'answered') sends[0]!.resolve('first')
    else sends[0]!.reject(new Error('first'))

    if (fate === 'answered') assert.equal(await answer, 'first')
    else await assert.rejects(answer, /first/)
  }
})

test('nothing is asked for again without leave, or after a failure in time', async () => {
  const { clock, sends, send } = world()
  const refused = hedged(send, { isLate: lateAfter(clock, 75), mayRepeat: () => false })
  await clock.pass()
  sends[0]!.resolve('late')
  const failed = hedged(send, { isLate: lateAfter(clock, 75), mayRepeat: () => true })
  sends[1]!.reject(new Error('at once'))

  assert.equal(await refused, 'late')
  await assert.rejects(failed, /at once/)
  assert.equal(sends.length, 2)
})

test('one GET in ten is repeated at most, and counted, in the same round', async () => {
  const { clock } = world()
  const store = new (class extends MemoryStore {
    readonly isRemote = true
    override async get(key: string, options?: GetOptions) {
      await new Promise(setImmediate)
      return super.get(key, options)
    }
  })(clock)
  await store.create('a', Buffer.from('a'))
  const metered = meter(store, clock, { hedgeMillis: 75 })

  const gets = Promise.all(Array.from({ length: 40 }, () => metered.get('a')))
  await clock.pass()
  await gets

  const { requests, hedges, rounds } = metered.receipt()
  assert.deepEqual({ get: requests.get, hedges, rounds }, { get: 45, hedges: 5, rounds: 1 })
})

/** Requests that are answered by hand, and a clock on which all time passes at once. */
function world() {
  const sends: {
    signal: AbortSignal
    resolve: (answer: string) => void
    reject: (error: unknown) => void
  }[] = []
  const send = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => sends.push({ signal, resolve, reject }))
  let sleepers: (() => void)[] = []
  const clock = {
    nowMicros: () => 0,
    sleep: (_: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        sleepers.push(resolve)
        signal?.addEventListener('abort', () => reject(signal.reason))
      }),
    pass: async () => {
      for (let turn = 0; turn < 10; turn++) {
        for (const wake of sleepers) wake()
        sleepers = []
        await undefined
      }
    },
  }
  return { clock, sends, send }
}
