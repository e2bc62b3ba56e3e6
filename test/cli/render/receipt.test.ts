import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addReceipts, showReceipt } from '../../../lib/cli/render/receipt.ts'

const receipt = {
  requests: { get: 7, list: 2, put: 0, delete: 0 },
  hedges: 0,
  rounds: 3,
  bytesRead: 1_200_000,
  bytesWritten: 0,
  dollars: 0.0000038,
  millis: 41,
}

test('a receipt is one line of requests, rounds, bytes, dollars and time', () => {
  assert.equal(showReceipt(receipt), '7 GET 2 LIST · 3 rounds · 1.2 MB · $0.0000038 · 41 ms')
})

test('a receipt without requests says so', () => {
  const requests = { get: 0, list: 0, put: 0, delete: 0 }

  const shown = showReceipt({
    ...receipt,
    requests,
    rounds: 0,
    bytesRead: 0,
    dollars: 0,
    millis: 0,
  })

  assert.equal(shown, 'no request · 0 rounds · 0 B · $0 · 0 ms')
})

test('two questions cost what both cost', () => {
  const both = addReceipts(receipt, receipt)

  assert.deepEqual(both.requests, { get: 14, list: 4, put: 0, delete: 0 })
  assert.deepEqual([both.rounds, both.bytesRead, both.millis], [6, 2_400_000, 82])
})

test('calls of the scan function are shown and added where there are any', () => {
  const scans = { calls: 12, gigabyteSeconds: 30 }

  const both = addReceipts(receipt, { ...receipt, scans })

  assert.deepEqual(both.scans, scans)
  assert.match(showReceipt(both), /^14 GET 4 LIST · 12 scan calls · 6 rounds/)
})
