import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { modelledLatency, replayOver } from '../../bench/latency.ts'
import { millisAt, modelOf, publishedModel, s3Get } from '../../bench/latency-model.ts'
import type { RecordedRequest, RequestKind } from '../../bench/recording-store.ts'

describe('the modelled latency', () => {
  test('a quantile lies on the line between its published neighbours', () => {
    assert.equal(millisAt(s3Get, 0), 11.4)
    assert.equal(millisAt(s3Get, 0.5), 27.9)
    assert.equal(millisAt(s3Get, 0.625), (27.9 + 41.5) / 2)
    assert.equal(millisAt(s3Get, 1), 900)
  })

  test('one GET takes what is published', () => {
    const { p50, p99 } = modelledLatency([request('get', 0)])

    assert(Math.abs(p50 - 27.9) < 1, `p50 is ${p50}`)
    assert(p99 > 75 && p99 < 104.1, `p99 is ${p99}, hedged`)
  })

  test('a hundred GETs at once take as long as the slowest, hedged', () => {
    const requests = Array.from({ length: 128 }, () => request('get', 0))

    const { p50, p99 } = modelledLatency(requests)

    assert(p50 > 75 && p50 < 130, `p50 is ${p50}`)
    assert(p99 > 130 && p99 < 180, `p99 is ${p99}`)
  })

  test('waves wait for each other', () => {
    const one = modelledLatency([request('get', 0)])
    const three = modelledLatency([request('get', 0), request('get', 1), request('get', 2)])

    assert(three.p50 > 2.5 * one.p50)
  })

  test('many bytes take the time of their connection, and of the network when all at once', () => {
    const alone = modelledLatency([request('get', 0, 90e6)])
    const many = modelledLatency(Array.from({ length: 40 }, () => request('get', 0, 90e6)))

    assert(alone.p50 > 1000 && alone.p50 < 1100)
    assert(many.p50 > (40 * 90e6) / 1900e3 - 1)
  })

  test('a listing has its published median', () => {
    const { p50 } = modelledLatency([request('list', 0)])

    assert(Math.abs(p50 - 100) < 2, `p50 is ${p50}`)
  })

  test('a measured file takes the place of what is published', () => {
    const always = (millis: number) =>
      [
        [0, millis],
        [1, millis],
      ] as const
    const quantiles = { s3Get: always(10), s3Put: always(20), s3List: always(40) }
    const rest = { source: 'here', unitMillis: true, listMillisMedian: 40 } as const
    replayOver(
      modelOf({
        ...rest,
        ...{ quantiles, notModifiedMillisMedian: 5, connectionMegabytesPerSecond: 1 },
      }),
    )

    const { p50 } = modelledLatency([
      request('list', 0),
      request('get', 1, 1000),
      request('unchanged', 2),
      request('put', 3),
    ])
    replayOver(publishedModel)

    assert.equal(p50, 40 + 11 + 5 + 20)
  })

  test('the same requests always give the same answer', () => {
    const requests = [request('list', 0), request('get', 1), request('put', 2)]

    assert.deepEqual(modelledLatency(requests), modelledLatency(requests))
  })
})

function request(kind: RequestKind, wave: number, bytes = 0): RecordedRequest {
  return { kind, key: 'index/a', bytes, wave }
}
