import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  showBytes,
  showCount,
  showCounted,
  showDollars,
  showMillis,
} from '../../../lib/cli/render/figures.ts'

test('figures are shown with the digits a person needs', () => {
  const shown: readonly [string, string][] = [
    [showCount(38660), '38,660'],
    [showCounted(1, 'event'), '1 event'],
    [showCounted(0, 'event'), '0 events'],
    [showCounted(2, 'batch', 'batches'), '2 batches'],
    [showBytes(0), '0 B'],
    [showBytes(999), '999 B'],
    [showBytes(1000), '1.0 kB'],
    [showBytes(999_499), '999 kB'],
    [showBytes(999_999), '1.0 MB'],
    [showBytes(1_234_567), '1.2 MB'],
    [showDollars(0), '$0'],
    [showDollars(0.0000038), '$0.0000038'],
    [showDollars(0.00001), '$0.000010'],
    [showDollars(0.12345), '$0.12'],
    [showDollars(3.4), '$3.40'],
    [showMillis(41.4), '41 ms'],
    [showMillis(3210), '3.2 s'],
    [showMillis(125_000), '2 min 5 s'],
    [showMillis(11_520_000), '3 h 12 min'],
    [showMillis(90_000_000), '1 d 1 h'],
  ]

  for (const [actual, expected] of shown) assert.equal(actual, expected)
})
