import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { absence, type Log, placeOf, type Question } from './log.ts'
import { logs } from './logs/all.ts'
import { missingPrograms, stock, varve } from './program.ts'
import { assertSameEvents, rawEvents } from './same-events.ts'
import { assertBytesAreKept, assertStockZstdReads } from './stored-objects.ts'
import { type Asked, openWays, type Ways, wordsOf } from './ways.ts'

const folder = mkdtempSync(join(tmpdir(), 'varve-acceptance-'))
const storeFolder = join(folder, 'store')
const store = `file:${storeFolder}`
const missing = missingPrograms('jq', 'zstd', 'grep', 'awk', 'sed', 'perl', 'tar')
const here = logs.filter(log => placeOf(log) !== undefined)
const eventCount = here.reduce((sum, log) => sum + log.eventCount, 0)

const rawPlace = (log: Log) => join(folder, log.file)
const rawOf = new Map<Log, readonly string[]>()
const expected = new Map<Question, Promise<readonly string[]>>()
let ways: Ways

describe('an archive of real logs', {
  skip: missing.length > 0 && `NOT TESTED: no ${missing}`,
}, () => {
  before(async () => {
    for (const log of here) {
      const raw = await stock(log.unpack, placeOf(log)!)
      writeFileSync(rawPlace(log), raw)
      rawOf.set(log, rawEvents(log, raw))
    }
  })

  after(async () => {
    await ways?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const log of logs.filter(each => !here.includes(each))) {
    test(`${log.file} is imported and found`, t => t.skip(absence(log)))
  }

  for (const log of here) {
    test(`${log.file} is recognised, stored once and whole`, async () => {
      const words = ['import', placeOf(log)!, '--store', store, ...(log.options ?? [])]

      const first = await reported(words)
      const second = await reported(words)
      const count = await varve(['count', '--store', store, '--stream', log.stream])

      assert.equal(rawOf.get(log)!.length, log.eventCount)
      assert.deepEqual([first.stored, first.raw, first.rejected], [log.eventCount, 0, 0])
      assert.deepEqual(first.formats, [log.format])
      assert.deepEqual([second.stored, second.alreadyImported], [0, true])
      assert.equal(count.stdout, `${log.eventCount}\n`)
    })
  }

  for (const phase of ['before', 'after'] as const) {
    // Two at once: stock tools and commands are processes of their own.
    describe(`${phase} the brigade folded it`, { concurrency: 2 }, () => {
      before(async () => {
        if (phase === 'after') await fold()
        else ways = await openWays(store)
      })
      const objects = phase === 'before' ? 'tail' : 'buckets'

      test(`stock zstd reads every object under ${objects}/`, () =>
        assertStockZstdReads(join(storeFolder, objects), eventCount))

      for (const log of here) {
        test(`every event of ${log.file} lies under ${objects}/ as it was`, () =>
          assertBytesAreKept(join(storeFolder, objects), log, rawOf.get(log)!))

        for (const question of log.questions) {
          test(`stock tools find the same in ${log.file}: ${question.query}`, () =>
            answersAgree(log, question))
        }
        test(`stock tools count the same days and values in ${log.file}`, () =>
          figuresAgree(log, phase === 'after'))
      }
    })
  }
})

interface Reported {
  readonly stored: number
  readonly raw: number
  readonly rejected: number
  readonly alreadyImported: boolean
  readonly formats: readonly string[]
}

async function reported(words: readonly string[]): Promise<Reported> {
  const { stdout, stderr, exitCode } = await varve(words)
  assert.deepEqual([exitCode, stderr], [0, ''])
  return JSON.parse(stdout)
}

async function fold(): Promise<void> {
  const { stdout, exitCode } = await varve(['brigade', '--once', '--store', store])
  assert.equal(exitCode, 0)
  assert.equal(JSON.parse(stdout).foldedEvents, eventCount)
  assert.equal(await stock(`find "$1" -path '*/tail/*' -type f | wc -l`, storeFolder), '0\n')
}

/** Every question is asked in every way, in both phases. */
async function answersAgree(log: Log, question: Question): Promise<void> {
  const raw = await expectedOf(log, question)
  const asked = askedOf(log, question)
  for (const way of ['byLambda', 'byCommand', 'byClient', 'byFetch'] as const) {
    await assertSameEvents(log, await ways[way](asked), raw, way)
  }
  const { count } = await ways.client.count(asked)
  assert.equal(count, raw.length, 'count')
}

async function figuresAgree(log: Log, byCommand: boolean): Promise<void> {
  const days = frequencies(await stock(log.days.stock, rawPlace(log))).sort(byFirst)
  const values = frequencies(await stock(log.values.stock, rawPlace(log))).sort(byCountThenText)
  const askedDays = { ...askedOf(log, log.days), interval: 'day' } as const
  const askedValues = askedOf(log, log.values)

  const histogram = await ways.client.histogram(askedDays)
  const top = await ways.client.values(log.values.field, askedValues)
  const byLambda = JSON.parse(await ways.callLambda('/v1/histogram', askedDays))

  assert.deepEqual(
    histogram.intervals.map(({ start, count }) => [start.slice(0, 10), count]),
    days,
  )
  assert.deepEqual(byLambda.intervals, histogram.intervals)
  assert.equal(top.distinct, values.length)
  assert.deepEqual(
    top.values.map(({ value, count }) => [String(value), count]),
    values.slice(0, 10),
  )
  if (!byCommand) return
  const told = (command: string, ...words: readonly string[]) =>
    varve([command, '--store', store, ...words]).then(({ stdout }) => stdout)
  const lines = (items: readonly object[]) =>
    items.map(each => `${JSON.stringify(each)}\n`).join('')
  const daily = await told('histogram', '--interval', 'day', ...wordsOf(askedDays))
  assert.equal(daily, lines(histogram.intervals))
  const { field } = log.values
  const words = wordsOf(askedValues)
  const listed = await told('values', ...words.slice(0, -1), field, words.at(-1)!)
  assert.equal(listed, lines(top.values))
}

function expectedOf(log: Log, question: Question): Promise<readonly string[]> {
  const known = expected.get(question)
  if (known) return known
  const found = stock(question.stock, rawPlace(log)).then(printed => rawEvents(log, printed))
  expected.set(question, found)
  return found
}

function askedOf({ stream }: Log, { query, from, to }: Question): Asked {
  return { q: query, stream, ...(from && { from }), ...(to && { to }) }
}

/** How often each line stands there, as `sort | uniq -c` would say. */
function frequencies(printed: string): [line: string, count: number][] {
  const counts = new Map<string, number>()
  for (const line of printed.split('\n').slice(0, -1)) counts.set(line, (counts.get(line) ?? 0) + 1)
  return [...counts]
}

const byFirst = ([a]: [string, number], [b]: [string, number]) => (a < b ? -1 : 1)
const byCountThenText = (a: [string, number], b: [string, number]) => b[1] - a[1] || byFirst(a, b)
