import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Archive } from '../../lib/archive.ts'
import { showHits, writeHits } from '../../lib/cli/hits.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import type { AnswerEnd, Hit, SearchQuestion } from '../../lib/read/question.ts'
import { fakeSession } from './support/fake-session.ts'

const receipt = {
  requests: { get: 1, list: 1, put: 0, delete: 0 },
  hedges: 0,
  rounds: 2,
  bytesRead: 10,
  bytesWritten: 0,
  dollars: 0,
  millis: 1,
}
const whole: AnswerEnd = {
  complete: true,
  stoppedBy: null,
  cursor: null,
  receipt,
  damage: [],
  healed: [],
  warnings: [],
}
const page = { order: 'desc' } as const

function hit(n: number): Hit {
  return { timeMicros: n, stream: 's', id: String(n), line: Buffer.from(`{"n":${n}}`) }
}

/** Answers each question with the next of these pages. */
interface Page {
  readonly hits: readonly Hit[]
  readonly end?: Partial<AnswerEnd>
  readonly fault?: Error
}

function archiveOf(pages: readonly Page[]) {
  const asked: SearchQuestion[] = []
  const search = (question: SearchQuestion) => {
    asked.push(question)
    const { hits, end, fault } = pages[asked.length - 1]!
    return {
      async *[Symbol.asyncIterator]() {
        for (const each of hits) {
          question.signal?.throwIfAborted()
          yield each
          await new Promise(setImmediate)
        }
        if (fault) throw fault
      },
      end: () => ({ ...whole, ...end }),
    }
  }
  return { asked, archive: { search } as unknown as Archive }
}

test('a pipe gets every event as a line of JSON, in as many questions as it takes', async () => {
  const { session, written } = fakeSession()
  const { archive, asked } = archiveOf([
    { hits: [hit(3), hit(2)], end: { complete: false, stoppedBy: 'limit', cursor: 'c' } },
    { hits: [hit(1)] },
  ])

  const { shown, exitCode } = await showHits(session, archive, {}, page)

  assert.equal(written.stdout, '{"n":3}\n{"n":2}\n{"n":1}\n')
  assert.deepEqual([shown, exitCode], [3, 0])
  assert.deepEqual(
    asked.map(({ limit, cursor }) => [limit, cursor]),
    [
      [undefined, undefined],
      [undefined, 'c'],
    ],
  )
  assert.match(written.stderr, /3 events · 2 GET 2 LIST · 4 rounds · 20 B/)
})

test('a terminal gets a page of events and the cursor of the next', async () => {
  const { session, written } = fakeSession({ isTTY: true })
  const { archive, asked } = archiveOf([
    {
      hits: Array.from({ length: 100 }, (_, n) => hit(n)),
      end: { complete: false, stoppedBy: 'limit', cursor: 'next' },
    },
  ])

  await showHits(session, archive, {}, page)

  assert.equal(asked[0]?.limit, 100)
  assert.match(written.stdout, /1970-01-01T00:00:00\.000001Z/)
  assert.match(written.stderr, /--cursor next/)
})

test('nothing found is exit status 1', async () => {
  const { session, written } = fakeSession({ quiet: true })

  const { exitCode } = await showHits(session, archiveOf([{ hits: [] }]).archive, {}, page)

  assert.deepEqual([exitCode, written.stdout, written.stderr], [1, '', ''])
})

test('an answer without damaged events is shown, names what it lacks and ends with 2', async () => {
  const { session, written } = fakeSession({ quiet: true })
  const damage = {
    object: 'buckets/j/000000.zst',
    startByte: 10,
    endByte: 90,
    streams: ['web'],
    startMicros: 0,
    endMicros: 1e6,
    eventCount: 7,
    reason: 'checksum is 1, expected 2',
  }
  const { archive } = archiveOf([{ hits: [hit(1)], end: { damage: [damage] } }])

  const { exitCode } = await showHits(session, archive, {}, page)

  assert.equal(exitCode, 2)
  assert.equal(written.stdout, '{"n":1}\n')
  assert.equal(
    written.stderr,
    'varve: damaged: buckets/j/000000.zst bytes 10-90: checksum is 1, expected 2; ' +
      'the answer lacks up to 7 events of web between ' +
      '1970-01-01T00:00:00.000Z and 1970-01-01T00:00:01.000Z\n',
  )
})

test('what several pages had to do without is named once', async () => {
  const { session } = fakeSession({ quiet: true })
  const bytes = { object: 'buckets/j/000000.zst', startByte: 10, endByte: 90, eventCount: 7 }
  const span = { startMicros: 0, endMicros: 1e6 }
  const damage = { ...bytes, ...span, streams: ['web'], reason: 'torn' }
  const others = [damage, { ...damage, startByte: 90, endByte: 99 }]
  const { archive } = archiveOf([
    { hits: [hit(2)], end: { complete: false, stoppedBy: 'limit', cursor: 'c', damage: [damage] } },
    { hits: [hit(1)], end: { damage: others } },
  ])

  const { end } = await writeHits(session, archive, {}, each => [each.line], 1)

  assert.deepEqual(end.damage, others)
})

test('an answer that its budget ended says so, gives its cursor and ends with 2', async () => {
  const { session, written } = fakeSession()
  const { archive, asked } = archiveOf([
    { hits: [hit(2)], end: { complete: false, stoppedBy: 'limit', cursor: 'c' } },
    { hits: [hit(1)], end: { complete: false, stoppedBy: 'requests', cursor: 'd' } },
  ])

  const { exitCode } = await showHits(session, archive, { maxRequests: 9 }, page)

  assert.equal(exitCode, 2)
  assert.match(written.stderr, /incomplete: its budget of requests is spent\n.*\n.*--cursor d/)
  assert.deepEqual(
    asked.map(({ maxRequests }) => maxRequests),
    [9, 7],
  )
})

test('a reader that goes away ends the question quietly', async () => {
  const { session, written } = fakeSession({ closesAfter: 1 })
  const { archive } = archiveOf([{ hits: Array.from({ length: 9 }, (_, n) => hit(n)) }])

  const { shown, exitCode } = await showHits(session, archive, {}, page)

  assert.ok(shown < 9)
  assert.deepEqual([exitCode, written.stderr], [0, ''])
})

test('an interrupted answer still has its cursor, its receipt and exit status 130', async () => {
  const { session, written } = fakeSession()
  const { archive } = archiveOf([
    { hits: [hit(1), hit(2)], end: { complete: false, stoppedBy: 'limit', cursor: 'here' } },
  ])
  session.output.write = async () => session.interrupt()

  const { shown, exitCode } = await showHits(session, archive, { signal: session.signal }, page)

  assert.deepEqual([shown, exitCode], [1, 130])
  assert.match(written.stderr, /1 event · .*\n.*--cursor here\n/)
})

test('a store that does not answer is asked again from where the answer broke off', async () => {
  const { session, written } = fakeSession({ sleepsNot: true })
  const outage = new ArchiveError('unavailable', 'the store is gone')
  const { archive, asked } = archiveOf([
    { hits: [hit(1)], fault: outage, end: { complete: false, stoppedBy: 'limit', cursor: 'c' } },
    { hits: [], fault: outage, end: { complete: false, stoppedBy: 'limit' } },
    { hits: [hit(2)] },
  ])

  const { shown, end } = await writeHits(session, archive, {}, each => [each.line], 3)

  assert.equal(written.stdout, '{"n":1}{"n":2}')
  assert.deepEqual([shown, end.complete, end.receipt.requests.get], [2, true, 3])
  assert.deepEqual(
    asked.map(({ cursor }) => cursor),
    [undefined, 'c', 'c'],
  )
  assert.match(written.stderr, /the store is gone; going on in 1.0 s\n.*going on in 2.0 s/)
})

test('an outage that does not end is an error that says where to go on', async () => {
  const { session, written } = fakeSession({ sleepsNot: true })
  const outage = new ArchiveError('unavailable', 'the store is gone')
  const page = { hits: [], fault: outage, end: { complete: false, cursor: 'c' } }
  const { archive } = archiveOf([page, page])

  const write = writeHits(session, archive, {}, each => [each.line], 2)

  await assert.rejects(write, { code: 'unavailable' })
  assert.match(written.stderr, /go on with --cursor c/)
})
