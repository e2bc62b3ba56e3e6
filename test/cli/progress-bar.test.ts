import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showRemaining } from '../../lib/cli/progress-bar.ts'

test('the remaining time goes by the bytes done, and is unknown before there are any', () => {
  const progress = { bytesDone: 25, bytesTotal: 100, events: 500, eventsPerSecond: 100 }

  assert.equal(showRemaining(progress), '15.0 s')
  assert.equal(showRemaining({ ...progress, bytesDone: 100 }), '0 ms')
  assert.equal(showRemaining({ ...progress, bytesDone: 0 }), '?')
  assert.equal(showRemaining({ ...progress, events: 0, eventsPerSecond: 0 }), '?')
})
