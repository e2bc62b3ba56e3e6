import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalog, Run } from '../../lib/catalog/catalog.ts'
import { emptyCatalog } from '../../lib/catalog/catalog.ts'
import { Contest } from '../../lib/read/contest.ts'
import { planRead, type Source } from '../../lib/read/plan.ts'
import type { Selection } from '../../lib/read/question.ts'
import { scopeOf } from '../../lib/read/scope.ts'
import { makeStreamFilter } from '../../lib/store/stream-filter.ts'
import { logLabel } from '../support/log-label.ts'
import { noTerms } from '../support/no-terms.ts'

const catalog: Catalog = {
  ...emptyCatalog,
  runs: [run('old', 0, 99, 'app', 'web/eu'), run('new', 100, 199, 'web/eu', 'web/eu')],
}
const tail = [fresh('tail-one', 150, 250, ['db']), fresh('tail-two', 300, 300, ['web/eu', 'db'])]

const table: readonly [string, Selection, string[]][] = [
  ['everything', {}, ['old', 'new', 'tail-one', 'tail-two']],
  ['a range ends before its end', { endMicros: 100 }, ['old']],
  ['a range holds its start', { startMicros: 300 }, ['tail-two']],
  ['the last event of an object counts', { startMicros: 199, endMicros: 200 }, ['new', 'tail-one']],
  ['nothing is later', { startMicros: 301 }, []],
  ['a stream by its name', { stream: 'db' }, ['old', 'tail-one', 'tail-two']],
  ['a stream between first and last', { stream: 'queue' }, ['old']],
  ['a stream behind the last', { stream: 'web/us' }, []],
  ['a pattern of one stream', { stream: 'web/?s' }, ['old', 'tail-one', 'tail-two']],
  ['a pattern by its beginning', { stream: 'x*' }, ['tail-one', 'tail-two']],
  ['a pattern and a range', { stream: 'web/*', endMicros: 200 }, ['old', 'new', 'tail-one']],
]

for (const [what, selection, expected] of table) {
  test(`a plan takes the objects that time and stream leave over: ${what}`, () => {
    const snapshot = { catalog, catalogBytes: 0, tail, listed: tail, doubtful: [], foreign: [] }
    const planned = planRead(snapshot, scopeOf(selection))

    assert.deepEqual(planned.map(source => source.group).sort(), expected.sort())
  })
}

const here = { key: 'here', group: 'here', idCount: 5, firstMicros: 10, lastMicros: 20 }
const contests: readonly [string, Partial<Source>, boolean][] = [
  ['another group at the same time', { group: 'there' }, true],
  ['the same group', {}, false],
  ['another group that ends before', { group: 'there', firstMicros: 1, lastMicros: 9 }, false],
  ['another group that begins at its end', { group: 'there', firstMicros: 20 }, true],
  ['another group that begins after', { group: 'there', firstMicros: 21, lastMicros: 22 }, false],
  ['another group without ids', { group: 'there', idCount: 0 }, false],
  ['another group that was not opened', { group: 'there', idCount: undefined }, true],
  ['another group of other streams', { group: 'there', streams: ['x', 'z'] }, false],
]

for (const [what, other, expected] of contests) {
  test(`an event may be a copy of one in ${what}: ${expected}`, () => {
    const source: Source = {
      ...here,
      sizeBytes: 1,
      footerBytes: 1,
      eventCount: 9,
      streams: ['a', 'c'],
      frameBytesMax: 1000,
      streamCount: 1,
      index: undefined,
      entry: undefined,
    }
    const contest = new Contest([source, { ...source, ...other }])

    assert.equal(contest.isContested('here', ['b'], 10, 20), expected)
  })
}

function run(
  id: string,
  first: number,
  last: number,
  firstStream: string,
  lastStream: string,
): Run {
  const bucket = {
    key: `buckets/${id}/000000.zst`,
    sizeBytes: 1000,
    footerBytes: 100,
    rawBytes: 5000,
    frameCount: 1,
    frameBytesMax: 900,
    eventCount: 10,
    idCount: 0,
    firstMicros: first,
    lastMicros: last,
    firstStream,
    lastStream,
    streamCount: 1,
  }
  const index = { key: `index/${id}/000000`, sizeBytes: 100, terms: noTerms }
  const summary = { key: `index/${id}/000000-fields`, sizeBytes: 100, headBytes: 10 }
  const period = { startMicros: first, endMicros: last + 1 }
  const content = { buckets: [bucket], digest: '', index, summary, maskSeq: 0 }
  return { id, ...logLabel, ...period, isFull: false, ...content }
}

function fresh(key: string, first: number, last: number, streams: string[]) {
  return {
    key,
    identity: key,
    idTimeMillis: 1,
    firstMicros: first,
    lastMicros: last,
    eventCount: 10,
    footerBytes: 100,
    sizeBytes: 1000,
    streams: makeStreamFilter(streams),
  }
}
