import type { Figure } from '../../bench/figure.ts'
import { billOf } from './bill.ts'
import type { Day } from './day.ts'

/** A day as rows of a table. */
export function figuresOf(day: Day): Figure[] {
  const { options, written, brigade, queue, outcome, tail } = day
  const { calls, billedMillis, longestMillis, throttled, timedOut, died, failed } = brigade.counts
  const requests = day.store.requests.get('brigade')!
  const bill = billOf(day)
  const total = bill.reduce((sum, { dollarsATerabyte }) => sum + dollarsATerabyte, 0)
  const undisturbed = tail.filter(({ minute }) => !isDisturbed(day, minute / 60))
  const last = tail.at(-1)!
  const batches = `batches ${written.batches}, sent again ${written.retries}`
  return [
    row('raw TB', 'written', (written.rawBytes * options.scale) / 1e12, 'TB', { batches }),
    row('tail', 'batches in it, at most', most(undisturbed.map(each => each.batches)), 'count', {
      'whatever happened': most(tail.map(each => each.batches)),
      'in the end': last.batches,
    }),
    row('tail', 'age of its oldest', most(undisturbed.map(each => each.oldestMinutes)), 'min', {
      'whatever happened': most(tail.map(each => each.oldestMinutes)).toFixed(1),
    }),
    row('brigade', 'calls', calls, 'count', { throttled, 'timed out': timedOut, died, failed }),
    row('brigade', 'the longest call', longestMillis / 1000, 's'),
    row('brigade', 'functions at work, mean', billedMillis / (options.hours * 3600e3), 'count'),
    row('brigade', 'PUTs', requests.put, 'count', { ...requests }),
    row('queue', 'messages', queue.counts.sent, 'count', { ...queue.counts }),
    row('buckets', 'of bytes in half full ones', outcome.inHalfFullBuckets * 100, '%', {
      ...outcome,
    }),
    row('catalog', 'at most', day.catalogBytesMax / 1000, 'kB'),
    ...bill.map(({ what, dollarsATerabyte }) => row('dollars', what, dollarsATerabyte, '$/TB')),
    { ...row('dollars', 'of a raw TB', total, '$/TB'), target: 1 },
  ]
}

/** While it is throttled, and as long again for what has waited. */
function isDisturbed({ options }: Day, hour: number): boolean {
  const [start, end] = options.throttledHours
  return hour >= start && hour <= end + 1
}

function row(
  id: string,
  figure: string,
  value: number,
  unit: string,
  peers: Figure['peers'] = {},
): Figure {
  return { id, figure, value, unit, peers }
}

function most(numbers: readonly number[]): number {
  return numbers.reduce((max, number) => Math.max(max, number), 0)
}
