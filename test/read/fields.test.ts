import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FieldFound, TermField } from '../../lib/read/question.ts'
import { ArchiveMaker } from '../support/make-archive.ts'
import { archiveShapes, makeArchive } from '../support/random-archive.ts'
import { expectedOf, questions, readerSettings } from '../support/random-question.ts'
import { readerOf } from '../support/read-archive.ts'

type Event = Record<string, unknown>

test('fields and terms agree with the events a search finds', async () => {
  const words = fc.constantFrom('y', '1', '"x y"', 'x*', 'ü')
  const inputs = [archiveShapes, questions, words, readerSettings] as const
  await fc.assert(
    fc.asyncProperty(...inputs, async (shape, question, term, settings) => {
      const { order: _, ...selection } = question
      const { query: __, ...range } = selection
      const reader = readerOf((await makeArchive(shape)).store, settings)
      const isMet = (value: unknown) => matches(term, String(value))

      const fields = await reader.fields({ ...selection, limit: 10 })
      const terms = await reader.terms({ ...range, term })

      const found = expectedOf(shape, question).map(({ event }) => membersOf(event))
      assert.equal(fields.count, found.length)
      assert.deepEqual(fields.fields, expectedFields(found))
      const all = expectedOf(shape, range).map(({ event }) => membersOf(event))
      const meeting = all.filter(event => Object.values(event).some(isMet))
      assert.equal(terms.count, meeting.length)
      assert.deepEqual(terms.fields, expectedTerms(meeting, isMet))
    }),
    { numRuns: 200 },
  )
})

function membersOf({ id, rest }: { readonly id?: string; readonly rest?: string }): Event {
  const members = JSON.parse(`{${rest ?? ''}}`) as Event
  return id === undefined ? members : { '@id': id, ...members }
}

function matches(term: string, text: string): boolean {
  if (term === 'x*') return /(?<![\p{L}\d])x/u.test(text)
  const word = term.replaceAll('"', '')
  return new RegExp(`(?<![\\p{L}\\d])${word}(?![\\p{L}\\d])`, 'u').test(text)
}

function expectedFields(events: readonly Event[]): FieldFound[] {
  return [...valuesByField(events, () => true)]
    .map(([field, values]) => ({
      field,
      count: values.length,
      kinds: [typeof values[0] as 'number' | 'string'],
      distinct: { least: new Set(values).size, isExact: true },
      examples: byFrequency(values).map(({ value }) => value),
    }))
    .sort((a, b) => (a.field < b.field ? -1 : 1))
}

function expectedTerms(events: readonly Event[], isMet: (value: unknown) => boolean): TermField[] {
  return [...valuesByField(events, isMet)]
    .map(([field, values]) => ({
      field,
      count: values.length,
      distinct: { least: new Set(values).size, isExact: true },
      tokens: byFrequency(values),
    }))
    .sort((a, b) => b.count - a.count || (a.field < b.field ? -1 : 1))
}

function valuesByField(
  events: readonly Event[],
  isWanted: (value: unknown) => boolean,
): Map<string, unknown[]> {
  const values = new Map<string, unknown[]>()
  for (const event of events) {
    for (const [field, value] of Object.entries(event)) {
      if (isWanted(value)) values.set(field, [...(values.get(field) ?? []), value])
    }
  }
  return values
}

function byFrequency(values: readonly unknown[]) {
  const counts = new Map<string, number>()
  for (const value of values.map(each => JSON.stringify(each))) {
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}

async function readerOfEvents(rests: readonly string[], settings = {}) {
  const maker = new ArchiveMaker()
  await maker.batch(rests.map((rest, i) => ({ time: i + 1, stream: 's', rest })))
  return readerOf(maker.store, settings)
}

test('a field is the path of a leaf, however it is written, and an event counts once', async () => {
  const reader = await readerOfEvents([
    '"a":{"b":[1,{"c":true}]},"\\u0061.b":1,"e":{},"f":[]',
    '"a":{"b":[[1,1.0],"1"]} , "n":null',
  ])

  const { fields, count } = await reader.fields()

  assert.equal(count, 2)
  assert.deepEqual(
    fields.map(({ field, count, kinds, examples }) => [field, count, kinds, examples]),
    [
      ['a.b', 2, ['number', 'string'], ['1', '"1"', '1.0']],
      ['a.b.c', 1, ['boolean'], ['true']],
    ],
  )
})

test('of too many or too long values only some are told, and that there are more', async () => {
  const rests = ['"n":"x1","m":"x long text"', '"n":"x2","m":"x short"', '"n":"x2"', '"n":"x3"']
  const reader = await readerOfEvents(rests, { fieldValuesMax: 2, fieldValueBytesMax: 8 })

  const { fields } = await reader.fields()
  const { fields: found } = await reader.terms({ term: 'x*' })

  assert.deepEqual(
    fields.map(({ field, count, distinct, examples }) => [field, count, distinct, examples]),
    [
      ['m', 2, { least: 2, isExact: true }, ['"x short"']],
      ['n', 4, { least: 3, isExact: false }, ['"x2"', '"x1"', '"x3"']],
    ],
  )
  assert.deepEqual(
    found.map(({ field, count, tokens }) => [field, count, tokens]),
    [
      ['n', 4, []],
      ['m', 2, [{ value: '"x short"', count: 1 }]],
    ],
  )
})

test('a term leads to the tokens that hold it, as they are spelled', async () => {
  const reader = await readerOfEvents([
    '"user":"Sammy","message":"invalid user SAMMY"',
    '"user":"Sammy","message":"sammy left","ips":["10.0.0.1","10.1.0.1"]',
    '"user":"sam","message":"none"',
  ])

  const { count, fields } = await reader.terms({ term: 'sammy' })
  const prefix = await reader.terms({ term: 'sam*', limit: 1 })
  const block = await reader.terms({ term: '10.0.0.0/8' })

  assert.equal(count, 2)
  assert.deepEqual(
    fields.map(({ field, count, tokens }) => [field, count, tokens.map(({ value }) => value)]),
    [
      ['message', 2, ['"invalid user SAMMY"', '"sammy left"']],
      ['user', 2, ['"Sammy"']],
    ],
  )
  assert.equal(prefix.count, 3)
  assert.deepEqual(prefix.fields[0]!.tokens, [{ value: '"Sammy"', count: 2 }])
  assert.deepEqual(block.fields[0]!.tokens.length, 2)
  assert.equal(block.fields[0]!.count, 1)
})

test('what is no term, no limit or too many fields is refused', async () => {
  const reader = await readerOfEvents(['"a":1,"b":2'], { fieldBytesMax: 150 })
  const refused = (term: string) => assert.rejects(reader.terms({ term }), { code: 'invalid' })

  for (const term of ['', 'a b', 'user:sammy', 'NOT a', 'a OR b', '(']) await refused(term)
  await assert.rejects(reader.terms({ term: 'a', limit: 0 }), { code: 'invalid' })
  await assert.rejects(reader.fields({ limit: 0.5 }), { code: 'invalid' })
  await assert.rejects(reader.fields(), { code: 'too-large', message: /too many fields/ })
})

test('a value is one value however it is escaped, also where escapes make it long', async () => {
  const maker = new ArchiveMaker()
  const escaped = [...'abcdef'].map(each => `\\u00${each.charCodeAt(0).toString(16)}`).join('')
  const rests = ['"m":"abcdef"', `"m":"${escaped}"`]
  await maker.batch(rests.map((rest, i) => ({ time: i, stream: 's', rest })))

  const { fields } = await readerOf(maker.store, { fieldValueBytesMax: 10 }).fields()

  assert.deepEqual(fields[0]?.distinct, { least: 1, isExact: true })
  assert.deepEqual(fields[0]?.examples, ['"abcdef"'])
})
